{{ surviving_claims(ref('stg_transfer'), 'transfer_id') }}
