{{ config(
    unique_key='reference_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['other_case_id']}, {'columns': ['other_case_no']}],
    meta={'touched': "{{ touched_by_claims('case_reference', 'reference_id') }} union select p.reference_id from {{ previous() }} as p inner join ({{ touched_by_model('fct_case', 'case_no') }} union {{ touched_by_model('fct_decision', 'doc_no') }}) as c on p.other_case_no = c.case_no"}
) }}

with surviving as (
    select * from {{ ref('int_case_reference__surviving') }}
),

cases as not materialized (
    select * from {{ current(ref('fct_case')) }} as fct
),

decisions as (
    select * from {{ current(ref('fct_decision')) }} as fct
),

-- A reference names a case by its own number or by that of its decision.
numbered as (
    select
        surviving.reference_id,
        surviving.case_id,
        cases.case_id as other_case_id
    from surviving
    inner join cases on surviving.other_case_no = cases.case_no
    union
    select
        surviving.reference_id,
        surviving.case_id,
        decisions.case_id as other_case_id
    from surviving
    inner join decisions on surviving.other_case_no = decisions.doc_no
),

only_one as (
    select
        reference_id,
        (array_agg(other_case_id))[1] as other_case_id
    from numbered
    where case_id <> other_case_id
    group by reference_id
    having count(*) = 1
),

final as (
    select
        t.reference_id,
        surviving.case_id,
        cases.case_id as other_case_id,
        surviving.body_id,
        surviving.link_type,
        surviving.other_case_no,
        surviving.other_agency_name,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (reference_id)
    left join only_one using (reference_id)
    left join cases on only_one.other_case_id = cases.case_id and cases.security_class is distinct from 'CASE_SECRET'
)

select * from final
