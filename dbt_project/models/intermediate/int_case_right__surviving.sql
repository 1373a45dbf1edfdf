{{ surviving_claims(ref('stg_case_right'), ['case_id', 'right_id']) }}
