{{ current_claims(source('canonical', 'ip_right'), source('canonical', 'record')) }}
