{{ surviving_claims(ref('stg_assistance_request'), 'request_id') }}
