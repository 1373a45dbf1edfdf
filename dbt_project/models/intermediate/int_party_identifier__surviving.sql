with surviving as (
    {{ surviving_claims(ref('stg_party_identifier'), 'identifier_id') }}
)

-- A record may name one party twice.
select
    surviving.*,
    {{ is_of_a_person('surviving.norm_value') }} as is_of_a_person,
    coalesce((
        select bool_or({{ is_individual_business('parties') }})
        from {{ ref('stg_party') }} as parties
        where {{ names_party('surviving', 'parties') }}
    ), false) as is_of_an_individual_business
from surviving
