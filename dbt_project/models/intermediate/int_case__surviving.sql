{%- set compared = ['case_type', 'ip_right_type', 'case_no', 'agency_uscc', 'region_code', 'stage', 'disposition', 'violation_on', 'filed_on', 'closed_on'] -%}

with claims as (
    select stg.*
    from {{ touched() }} as t
    inner join {{ ref('stg_case') }} as stg using (case_id)
),

ranked as (
    select
        *,
        row_number() over (partition by case_id order by source_rank, source_time desc, source, record_key) as place,
        row_number() over (partition by case_id, source order by source_time desc, record_key) as place_in_source
    from claims
),

compared as (
    select
        case_id,
        count(distinct {{ compared | join(') > 1 or count(distinct ') }}) > 1 as has_disagreement
    from ranked
    where place_in_source = 1
    group by case_id
),

surviving as (
    select * from ranked
    inner join compared using (case_id)
    where place = 1
),

stages as (
    select stg.*
    from surviving
    inner join {{ ref('stg_case_stage') }} as stg using (case_id)
    where surviving.stage is null
),

last_stage as (
    select distinct on (case_id)
        case_id,
        stage,
        disposition
    from stages
    order by case_id, source_time desc, delivery_seq desc, row_number desc, source
),

staged as (
    select
        surviving.case_id,
        coalesce(surviving.stage, last_stage.stage) as last_stage,
        case when surviving.stage is null then last_stage.disposition else surviving.disposition end as last_disposition
    from surviving
    left join last_stage using (case_id)
)

select * from surviving
inner join staged using (case_id)
