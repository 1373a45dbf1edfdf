{{ config(
    unique_key=['decision_id', 'party_id'],
    indexes=[{'columns': ['party_id']}],
    meta={'touched': "select s.decision_id, s.party_id from {{ current(ref('fct_sanction')) }} as s inner join ({{ touched_by_model('fct_sanction', 'party_id') }} union select n.party_id from ({{ touched_by_model('fct_decision', 'decision_id') }}) as c inner join {{ current(ref('fct_sanction')) }} as n using (decision_id) union select n.party_id from ({{ touched_by_model('fct_case', 'case_id') }} where d.case_type = 'TM_PENALTY') as c inner join {{ current(ref('fct_sanction')) }} as n using (case_id)) as p on s.party_id = p.party_id union select r.decision_id, r.party_id from ({{ touched_by_model('fct_sanction', ['decision_id', 'party_id']) }}) as r where r.party_id is not null"}
) }}

with sanctions as (
    select
        s.decision_id,
        s.party_id
    from {{ current(ref('fct_sanction')) }} as s
    where not s.is_withdrawn
),

decisions as (
    select
        d.decision_id,
        d.case_id,
        d.body_id,
        d.doc_no,
        d.decided_on
    from {{ current(ref('fct_decision')) }} as d
    where not d.is_withdrawn and d.doc_no is not null and d.decided_on is not null
),

cases as (
    select c.case_id
    from {{ current(ref('fct_case')) }} as c
    where c.case_type = 'TM_PENALTY'
),

parties as (
    select distinct t.party_id
    from {{ touched() }} as t
),

decided as (
    select distinct
        sanctions.party_id,
        decisions.decision_id,
        decisions.case_id,
        decisions.body_id,
        decisions.doc_no,
        decisions.decided_on
    from parties
    inner join sanctions using (party_id)
    inner join decisions using (decision_id)
    inner join cases using (case_id)
),

-- Two decisions of one number may be one that is told twice, with another day: of these the first alone counts.
numbered as (
    select
        decided.party_id,
        decided.doc_no,
        min(decided.decided_on) as first_on
    from decided
    group by decided.party_id, decided.doc_no
),

counted as (
    select
        numbered.party_id,
        numbered.doc_no,
        count(*) over before as earlier_decisions,
        max(numbered.first_on) over before as earlier_decided_on
    from numbered
    window before as (
        partition by numbered.party_id
        order by numbered.first_on
        range between interval '5 years' preceding and interval '1 day' preceding
    )
),

final as (
    select
        t.decision_id,
        t.party_id,
        decided.case_id,
        decided.body_id,
        decided.decided_on,
        counted.earlier_decisions,
        counted.earlier_decided_on,
        coalesce(counted.earlier_decisions, 0) = 0 as _gone
    from {{ touched() }} as t
    left join decided using (decision_id, party_id)
    left join counted on decided.party_id = counted.party_id and decided.doc_no = counted.doc_no
)

select * from final
