{{ current_claims(source('canonical', 'seizure_message'), source('canonical', 'record')) }}
