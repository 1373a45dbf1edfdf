{{ current_claims(source('canonical', 'case_measure'), source('canonical', 'record')) }}
