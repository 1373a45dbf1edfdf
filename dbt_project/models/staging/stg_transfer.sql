{{ current_claims(source('canonical', 'transfer'), source('canonical', 'record')) }}
