{{ surviving_claims(ref('stg_case_event'), 'event_id') }}
