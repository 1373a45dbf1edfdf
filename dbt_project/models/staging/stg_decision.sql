{{ current_claims(source('canonical', 'decision'), source('canonical', 'record')) }}
