{{ config(
    unique_key=['agency_name', 'name_zh'],
    indexes=[{'columns': ['current_name_zh']}],
    meta={'touched': "{{ touched_by_model('fct_case', 'agency_name') }} where d.agency_name is not null and d.security_class is distinct from 'CASE_SECRET'"}
) }}

with named as (
    select * from {{ ref('int_agency__named') }}
),

placed as (
    select * from {{ ref('int_agency__placed') }}
),

bodies as (
    select * from {{ ref('body') }}
),

cases as (
    select * from {{ current(ref('fct_case')) }} as fct
),

printed as (
    select t.agency_name
    from {{ touched() }} as t
    where
        exists (
            select
            from cases
            where cases.agency_name = t.agency_name and cases.security_class is distinct from 'CASE_SECRET'
        )
),

final as (
    select
        named.agency_name,
        named.name_zh,
        bodies.body_id,
        named.predecessor_name_zh,
        named.current_name_zh,
        named.valid_to is null as is_current,
        named.valid_from,
        named.valid_to,
        bodies.level,
        bodies.region_code,
        bodies.uscc as agency_uscc,
        placed.customs_district,
        placed.parent_name_zh,
        printed.agency_name is null as _gone
    from named
    left join placed using (agency_name, name_zh)
    left join bodies on named.name_zh = bodies.name_zh
    left join printed using (agency_name)
)

select * from final
