{{ surviving_claims(ref('stg_sanction'), 'sanction_id') }}
