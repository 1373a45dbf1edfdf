{{ current_claims(source('canonical', 'party'), source('canonical', 'record')) }}
