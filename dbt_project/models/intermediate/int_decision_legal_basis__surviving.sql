{{ surviving_claims(ref('stg_decision_legal_basis'), ['decision_id', 'basis']) }}
