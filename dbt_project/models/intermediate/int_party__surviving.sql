{{ surviving_claims(ref('stg_party'), 'party_id', told_by_any=['region_code', 'industry_code', 'is_sme']) }}
