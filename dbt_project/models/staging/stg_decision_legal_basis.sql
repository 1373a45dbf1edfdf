{{ current_claims(source('canonical', 'decision_legal_basis'), source('canonical', 'record')) }}
