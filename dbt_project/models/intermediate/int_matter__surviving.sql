{{ surviving_claims(ref('stg_matter'), 'matter_id') }}
