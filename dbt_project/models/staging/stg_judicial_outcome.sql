{{ current_claims(source('canonical', 'judicial_outcome'), source('canonical', 'record')) }}
