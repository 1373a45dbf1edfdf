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
),

-- A case of several records, one of each party or right, is open while one of them is.
open_parts as (
    select distinct on (case_id, source)
        case_id,
        source,
        stage
    from claims
    where stage <> 'CLOSED' and source not in {{ event_sources() }}
    order by case_id asc, source asc, source_time desc, record_key asc
)

select
    surviving.*,
    coalesce(open_parts.stage, surviving.stage, last_stage.stage) as last_stage,
    case
        when open_parts.stage is not null then null
        when surviving.stage is null then last_stage.disposition
        else surviving.disposition
    end as last_disposition,
    case when open_parts.stage is null then surviving.closed_on end as last_closed_on
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
left join open_parts
    on
        coalesce(surviving.stage, last_stage.stage) = 'CLOSED'
        and surviving.case_id = open_parts.case_id
        and surviving.source = open_parts.source
