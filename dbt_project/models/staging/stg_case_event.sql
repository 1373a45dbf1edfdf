{{ current_claims(source('canonical', 'case_event'), source('canonical', 'record')) }}
