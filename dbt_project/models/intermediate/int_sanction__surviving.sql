{{ surviving_claims(ref('stg_sanction'), 'sanction_id', of_one_source=true) }}
