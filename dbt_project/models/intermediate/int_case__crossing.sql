with roles as (
    select * from {{ ref('party_role') }}
),

named as (
    select
        stg.case_id,
        case when roles.is_accused then substr(party.uscc, 3, 2) end as province,
        {{ is_foreign('party') }} as is_foreign
    from {{ touched() }} as t
    inner join {{ ref('stg_case_party') }} as stg using (case_id)
    inner join {{ ref('stg_party') }} as party
        on {{ names_party('stg', 'party') }}
    inner join roles on stg.role = roles.code
),

crossing as (
    select
        case_id,
        array_agg(distinct province) filter (where province is not null) as provinces,
        bool_or(is_foreign) as is_foreign_related
    from named
    group by case_id
)

select * from crossing
