{{ surviving_claims(ref('stg_seizure_message'), 'message_id', version='version') }}
