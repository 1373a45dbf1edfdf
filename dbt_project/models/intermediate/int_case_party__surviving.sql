{{ surviving_claims(ref('stg_case_party'), ['case_id', 'party_id', 'role']) }}
