{{ current_claims(source('canonical', 'case_identifier'), source('canonical', 'record')) }}
