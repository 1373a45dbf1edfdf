{{ surviving_claims(ref('stg_case_identifier'), 'identifier_id') }}
