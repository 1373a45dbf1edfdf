{{ surviving_claims(ref('stg_party_identifier'), 'identifier_id') }}
