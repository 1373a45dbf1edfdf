{{ surviving_claims(ref('stg_judicial_outcome'), 'outcome_id') }}
