{{ current_claims(source('canonical', 'case_right'), source('canonical', 'record')) }}
