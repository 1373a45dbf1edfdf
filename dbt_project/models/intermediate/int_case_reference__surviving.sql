{{ surviving_claims(ref('stg_case_reference'), 'reference_id') }}
