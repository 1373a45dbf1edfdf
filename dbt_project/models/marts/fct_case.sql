{{ config(
    unique_key='case_id',
    indexes=[{'columns': ['body_id', 'case_type', 'filed_on']}, {'columns': ['case_no']}, {'columns': ['region_code', 'filed_on']}, {'columns': ['matter_id']}, {'columns': ['agency_name']}],
    meta={'touched': "{{ touched_by_claims('case', 'case_id') }} union {{ touched_by_model('fct_decision', 'case_id') }} union {{ touched_by_claims('case_event', 'case_id') }} union {{ touched_by_claims('case_party', 'case_id') }}",
          'shown': "security_class is distinct from 'CASE_SECRET'"},
    pre_hook="{{ forget('facts') }}"
) }}

with surviving as (
    select * from {{ ref('int_case__surviving') }}
),

decided as (
    select
        d.case_id,
        min(d.decided_on) filter (where not d.is_withdrawn and d.doc_type is distinct from 'DETENTION') as decided_on,
        bool_and(d.is_withdrawn) as is_revoked
    from {{ touched() }} as t
    inner join {{ current(ref('fct_decision')) }} as d using (case_id)
    group by d.case_id
),

crossing as (
    select * from {{ ref('int_case__crossing') }}
),

bodies as (
    select * from {{ ref('body') }}
),

moved_illegally as (
    select * from {{ ref('int_case__moved_illegally') }}
),

final as (
    select
        t.case_id,
        surviving.matter_id,
        surviving.body_id,
        surviving.proceeding,
        surviving.case_type,
        surviving.ip_right_type,
        case when decided.is_revoked then 'CLOSED' else surviving.last_stage end as stage,
        case when decided.is_revoked then 'REVOKED' else surviving.last_disposition end as disposition,
        surviving.region_code,
        surviving.jurisdiction_level,
        surviving.procedure,
        surviving.lead_source,
        surviving.security_class,
        surviving.industry_code,
        surviving.case_no,
        surviving.right_no,
        surviving.hs_code,
        surviving.agency_name,
        surviving.agency_uscc,
        surviving.native_status,
        surviving.title,
        surviving.goods,
        surviving.ip_right_type is not null as is_ip,
        surviving.has_disagreement,
        moved_illegally.case_id is not null as has_illegal_transition,
        surviving.is_online,
        coalesce(
            surviving.is_cross_province,
            left(coalesce(surviving.region_code, substr(surviving.agency_uscc, 3, 6), bodies.region_code), 2)
            <> any(crossing.provinces)
        ) as is_cross_province,
        coalesce(surviving.is_foreign_related, crossing.is_foreign_related) as is_foreign_related,
        surviving.illegal_turnover_cny,
        surviving.illegal_gain_cny,
        surviving.goods_value_cny,
        surviving.mediated_amount_cny,
        surviving.goods_quantity,
        surviving.suspended_days,
        surviving.violation_on,
        surviving.violation_to_on,
        surviving.lead_on,
        surviving.accepted_on,
        surviving.filed_on,
        decided.decided_on,
        surviving.last_closed_on as closed_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (case_id)
    left join decided using (case_id)
    left join crossing using (case_id)
    left join bodies on surviving.body_id = bodies.body_id and bodies.level <> 'COMPANY'
    left join moved_illegally using (case_id)
)

select * from final
