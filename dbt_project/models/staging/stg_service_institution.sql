{{ current_claims(source('canonical', 'service_institution'), source('canonical', 'record')) }}
