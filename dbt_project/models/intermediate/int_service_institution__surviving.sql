{{ surviving_claims(ref('stg_service_institution'), 'institution_id') }}
