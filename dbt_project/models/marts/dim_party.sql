{{ config(
    unique_key='party_id',
    meta={'touched': "{{ touched_by_claims('party', 'party_id') }}"},
    pre_hook="{{ forget('uscc', is_of_a_person('uscc')) }}"
) }}

with surviving as (
    select * from {{ ref('int_party__surviving') }}
),

final as (
    select
        t.party_id,
        surviving.party_type,
        surviving.country_code,
        surviving.name_display,
        case when not {{ is_of_a_person('surviving.uscc') }} then surviving.uscc end as uscc,
        coalesce(surviving.id_mask, case when {{ is_of_a_person('surviving.uscc') }} then {{ masked_number('surviving.uscc') }} end) as id_mask,
        surviving.region_code_told as region_code,
        surviving.industry_code_told as industry_code,
        surviving.is_sme_told as is_sme,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (party_id)
)

select * from final
