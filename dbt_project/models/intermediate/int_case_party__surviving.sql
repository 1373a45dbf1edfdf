with surviving as (
    {{ surviving_claims(ref('stg_case_party'), ['case_id', 'party_id', 'role']) }}
),

told as (
    select
        surviving.*,
        coalesce(surviving.is_foreign, {{ is_foreign('party') }}) as is_foreign_told
    from surviving
    left join {{ ref('stg_party') }} as party on {{ names_party('surviving', 'party') }}
)

-- A record may name one party twice, as who sues and as who is sued.
select distinct on (case_id, party_id, role) *
from told
order by case_id, party_id, role, is_foreign_told desc nulls last
