{{ current_claims(source('canonical', 'assistance_request'), source('canonical', 'record')) }}
