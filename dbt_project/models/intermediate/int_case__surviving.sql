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
        *,
        {% for column in compared -%}
            {{ 'or ' if not loop.first }}min({{ column }}) filter (where place_in_source = 1) over cases
            < max({{ column }}) filter (where place_in_source = 1) over cases
        {% endfor -%} as differs
    from ranked
    window cases as (partition by case_id)
),

surviving as (
    select
        *,
        coalesce(differs, false) as has_disagreement
    from compared
    where place = 1
)

select
    surviving.*,
    coalesce(surviving.stage, last_stage.stage) as last_stage,
    case when surviving.stage is null then last_stage.disposition else surviving.disposition end as last_disposition
from surviving
left join lateral (
    select
        stg.stage,
        stg.disposition
    from {{ ref('stg_case_stage') }} as stg
    where stg.case_id = surviving.case_id
    order by stg.source_time desc, stg.delivery_seq desc, stg.row_number desc, stg.source
    limit 1
) as last_stage on surviving.stage is null
