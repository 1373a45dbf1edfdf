{{ config(
    unique_key='identifier_id',
    indexes=[{'columns': ['party_id']}, {'columns': ['norm_value']}],
    meta={'touched': "{{ touched_by_claims('party_identifier', 'identifier_id') }}"},
    pre_hook="{{ forget('norm_value', is_of_a_person('norm_value') ~ ' or party_id in (select p.party_id from canonical.party as p where ' ~ is_individual_business('p') ~ ')') }}"
) }}

with surviving as (
    select * from {{ ref('int_party_identifier__surviving') }}
),

-- The number of a natural person has a token, and a masked one or one that failed its check a display mask. Both stay in canonical (DOMAIN P04, P05).
of_organisations as (
    select * from surviving
    where
        id_token is null
        and id_mask is null
),

final as (
    select
        t.identifier_id,
        found.party_id,
        found.body_id,
        found.id_type,
        case when not (found.is_of_a_person or found.is_of_an_individual_business) then found.norm_value end as norm_value,
        found.check_status,
        found.is_masked,
        coalesce(
            found.masked_value,
            case when found.is_of_a_person then {{ masked_number('found.norm_value') }} end
        ) as masked_value,
        found.place is null as _gone
    from {{ touched() }} as t
    left join of_organisations as found using (identifier_id)
)

select * from final
