{{ current_claims(source('canonical', 'case_reference'), source('canonical', 'record')) }}
