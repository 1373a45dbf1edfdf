{{ current_claims(source('canonical', 'sanction'), source('canonical', 'record')) }}
