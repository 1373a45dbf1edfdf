{{ surviving_claims(ref('stg_institution_score'), ['institution_id', 'period', 'indicator_code']) }}
