{{ current_claims(source('canonical', 'complaint'), source('canonical', 'record')) }}
