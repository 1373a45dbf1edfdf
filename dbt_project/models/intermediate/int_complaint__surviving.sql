{{ surviving_claims(ref('stg_complaint'), 'complaint_id') }}
