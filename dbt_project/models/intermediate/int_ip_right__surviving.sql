{{ surviving_claims(ref('stg_ip_right'), 'right_id') }}
