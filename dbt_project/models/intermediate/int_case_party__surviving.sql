with surviving as (
    {{ surviving_claims(ref('stg_case_party'), ['case_id', 'party_id', 'role']) }}
)

select
    surviving.*,
    coalesce(surviving.is_foreign, {{ is_foreign('party') }}) as is_foreign_told
from surviving
left join {{ ref('stg_party') }} as party on surviving.record_id = party.record_id and surviving.party_id = party.party_id
