{{ current_claims(source('canonical', 'institution_score'), source('canonical', 'record')) }}
