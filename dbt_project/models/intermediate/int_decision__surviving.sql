{{ surviving_claims(ref('stg_decision'), 'decision_id') }}
