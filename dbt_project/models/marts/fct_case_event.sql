{{ config(
    unique_key='event_id',
    indexes=[{'columns': ['case_id']}],
    meta={'touched': "{{ touched_by_cases('case_event', 'event_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_event__surviving') }}
),

superseding as (
    select * from {{ ref('int_case_event__superseding') }}
),

final as (
    select
        t.event_id,
        surviving.case_id,
        surviving.body_id,
        surviving.event_type,
        surviving.event_precision,
        surviving.event_doc_no,
        surviving.actor_name,
        surviving.event_on,
        surviving.event_at,
        surviving.detail,
        superseding.supersedes_event_id,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (event_id)
    left join superseding using (event_id)
)

select * from final
