{{ config(
    unique_key=['agency_name', 'name_zh'],
    indexes=[{'columns': ['current_name_zh']}],
    meta={'touched': "select t.agency_name from ({{ touched_by_model('fct_case', 'agency_name') }} where d.security_class is distinct from 'CASE_SECRET' union {{ touched_by_claims('case_reference', 'other_agency_name') }} union {{ touched_by_claims('transfer', 'from_agency_name') }} union {{ touched_by_claims('transfer', 'to_agency_name') }}) as t where t.agency_name is not null"}
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
    union
    select referred.agency_name
    from {{ ref('int_agency__referred') }} as referred
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
