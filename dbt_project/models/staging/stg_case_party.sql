{{ current_claims(source('canonical', 'case_party'), source('canonical', 'record')) }}
