{{ surviving_claims(ref('stg_case_measure'), 'measure_id') }}
