{{ config(
    unique_key='case_id',
    indexes=[{'columns': ['body_id', 'case_type', 'filed_on']}, {'columns': ['case_no']}, {'columns': ['region_code', 'filed_on']}],
    meta={'touched': "{{ touched_by_claims('case', 'case_id') }} union {{ touched_by_claims('decision', 'case_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_case__surviving') }}
),

decided as (
    select * from {{ ref('int_case__decided') }}
),

final as (
    select
        t.case_id,
        surviving.body_id,
        surviving.proceeding,
        surviving.case_type,
        surviving.ip_right_type,
        surviving.last_stage as stage,
        surviving.last_disposition as disposition,
        surviving.region_code,
        surviving.case_no,
        surviving.right_no,
        surviving.hs_code,
        surviving.agency_name,
        surviving.agency_uscc,
        surviving.native_status,
        surviving.title,
        surviving.facts,
        surviving.goods,
        surviving.ip_right_type is not null as is_ip,
        surviving.has_disagreement,
        surviving.illegal_turnover_cny,
        surviving.goods_value_cny,
        surviving.goods_quantity,
        surviving.violation_on,
        surviving.filed_on,
        decided.decided_on,
        surviving.closed_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (case_id)
    left join decided using (case_id)
)

select * from final
