{{ current_claims(source('canonical', 'party_identifier'), source('canonical', 'record')) }}
