{{ config(
    unique_key='notice_id',
    indexes=[{'columns': ['case_id']}],
    meta={'touched': "{{ touched_by_claims('platform_notice', 'notice_id') }} union {{ touched_by_claims('platform_notice', 'case_id') }} union {{ touched_by_model('fct_case', 'case_id') }} where d.proceeding = 'NOTICE' union select p.notice_id from {{ previous() }} as p inner join ({{ touched_by_model('fct_case_event', 'case_id') }}) as e using (case_id) union select e.case_id from ({{ touched_by_model('fct_case_event', 'case_id') }}) as e inner join {{ current(ref('fct_case')) }} as c using (case_id) where c.proceeding = 'NOTICE'"}
) }}

with surviving as (
    select * from {{ ref('int_platform_notice__surviving') }}
),

cases as (
    select * from {{ current(ref('fct_case')) }} as fct
),

events as (
    select * from {{ current(ref('fct_case_event')) }} as fct
),

claimed as (
    select case_id from surviving
    union
    select had.case_id
    from {{ touched() }} as t
    inner join {{ previous() }} as had on t.notice_id = had.case_id
    where had.notice_id <> had.case_id and had.notice_id not in (select touched.notice_id from {{ touched() }} as touched)
),

times as (
    select
        events.case_id,
        bool_or(events.event_type = 'case.accepted') as is_told,
        min(events.event_on) filter (where events.event_type = 'case.accepted' and events.event_precision is null) as noticed_on,
        min(events.event_at) filter (where events.event_type = 'case.accepted') as noticed_at,
        min(events.event_at) filter (where events.event_type = 'measure.imposed') as measured_at,
        min(events.event_at) filter (where events.event_type = 'review.requested') as countered_at,
        min(events.event_at) filter (where events.event_type = 'measure.lifted') as lifted_at
    from (
        select t.notice_id as case_id
        from {{ touched() }} as t
        union
        select surviving.case_id from surviving
    ) as asked
    inner join events using (case_id)
    group by events.case_id
),

-- A platform that tells a notice event by event claims no notice: its case is the notice.
told as (
    select
        cases.case_id as notice_id,
        cases.body_id,
        cases.case_no as notice_no
    from {{ touched() }} as t
    inner join cases on t.notice_id = cases.case_id
    inner join times on t.notice_id = times.case_id
    left join claimed on t.notice_id = claimed.case_id
    where cases.proceeding = 'NOTICE' and cases.security_class is distinct from 'CASE_SECRET' and claimed.case_id is null and times.is_told
),

-- What a claim leaves out an event of its case may tell.
final as (
    select
        t.notice_id,
        coalesce(surviving.case_id, told.notice_id) as case_id,
        surviving.right_id,
        surviving.shop_party_id,
        coalesce(surviving.body_id, told.body_id) as body_id,
        surviving.measure_type,
        surviving.outcome,
        coalesce(surviving.notice_no, told.notice_no) as notice_no,
        surviving.listing_hash,
        coalesce((surviving.noticed_at at time zone 'Asia/Shanghai')::date, times.noticed_on) as noticed_on,
        coalesce(surviving.noticed_at, times.noticed_at) as noticed_at,
        coalesce(surviving.measured_at, times.measured_at) as measured_at,
        coalesce(surviving.countered_at, times.countered_at) as countered_at,
        surviving.forwarded_at,
        coalesce(surviving.lifted_at, times.lifted_at) as lifted_at,
        surviving.place is null and told.notice_id is null as _gone
    from {{ touched() }} as t
    left join surviving using (notice_id)
    left join told using (notice_id)
    left join times on coalesce(surviving.case_id, told.notice_id) = times.case_id
)

select * from final
