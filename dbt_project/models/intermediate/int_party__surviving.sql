{{ surviving_claims(ref('stg_party'), 'party_id') }}
