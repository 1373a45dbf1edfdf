{{ config(
    unique_key='decision_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['decided_on']}, {'columns': ['doc_no']}, {'columns': ['publicity_end_on']}],
    meta={'touched': "{{ touched_by_claims('decision', 'decision_id') }} union {{ touched_by_claims('sanction', 'decision_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_decision__surviving') }}
),

sanctioned as (
    select * from {{ ref('int_decision__sanctioned') }}
),

periods as (
    select * from {{ ref('publicity_period') }}
),

final as (
    select
        t.decision_id,
        surviving.case_id,
        surviving.body_id,
        surviving.doc_type,
        case when surviving.one_outcome = 'PUNISHED' and sanctioned.is_order_only then 'ORDERED' else surviving.one_outcome end as outcome,
        surviving.doc_no,
        surviving.doc_no_raw,
        surviving.legal_basis,
        surviving.content,
        surviving.withdraw_reason,
        surviving.has_several_outcomes,
        surviving.is_withdrawn,
        surviving.decided_on,
        surviving.served_on,
        surviving.effective_on,
        surviving.published_on,
        surviving.valid_to,
        surviving.publicity_end_on,
        coalesce(
            surviving.publicity_end_on,
            (
                coalesce(surviving.published_on, surviving.decided_on)
                + make_interval(months => greatest(periods.months, sanctioned.longest_months)::int)
            )::date
        ) as public_until_on,
        surviving.withdrawn_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (decision_id)
    left join sanctioned using (decision_id)
    left join periods
        on
            surviving.doc_type = periods.doc_type
            and (periods.valid_from is null or coalesce(surviving.published_on, surviving.decided_on) >= periods.valid_from)
            and (periods.valid_to is null or coalesce(surviving.published_on, surviving.decided_on) < periods.valid_to)
)

select * from final
