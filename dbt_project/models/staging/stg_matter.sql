{{ current_claims(source('canonical', 'matter'), source('canonical', 'record')) }}
