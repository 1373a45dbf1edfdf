{{ current_claims(source('canonical', 'case'), source('canonical', 'record')) }}
