with surviving as (
    select * from {{ ref('int_case_event__surviving') }}
),

histories as (
    select distinct
        source,
        record_key,
        case_id,
        event_type
    from surviving
),

told as (
    select
        stg.*,
        dense_rank() over (
            partition by stg.source, stg.record_key, stg.case_id, stg.event_type
            order by stg.source_time, stg.delivery_seq, stg.row_number
        ) as version
    from histories
    inner join {{ ref('stg_case_event_version') }} as stg using (source, record_key, case_id, event_type)
),

counted as (
    select
        told.*,
        max(told.version) over (partition by told.source, told.record_key, told.case_id, told.event_type) as versions
    from told
),

versions as (
    select
        source,
        record_key,
        case_id,
        event_type,
        version,
        array_agg(event_id) as events
    from counted
    where versions > 1
    group by source, record_key, case_id, event_type, version
),

steps as (
    select
        versions.*,
        lag(versions.events) over (
            partition by versions.source, versions.record_key, versions.case_id, versions.event_type
            order by versions.version
        ) as events_before
    from versions
),

exchanged as (
    select
        steps.source,
        steps.record_key,
        steps.version,
        array(
            select unnest(steps.events_before)
            except
            select unnest(steps.events)
        ) as gone,
        array(
            select unnest(steps.events)
            except
            select unnest(steps.events_before)
        ) as come
    from steps
    where steps.events_before is not null
),

-- When its record told an event that it had not told in the version before, the last time.
arrived as (
    select distinct on (exchanged.source, exchanged.record_key, arrivals.event_id)
        exchanged.source,
        exchanged.record_key,
        arrivals.event_id,
        exchanged.gone,
        exchanged.come
    from exchanged
    cross join lateral unnest(exchanged.come) as arrivals (event_id)
    order by exchanged.source, exchanged.record_key, arrivals.event_id, exchanged.version desc
),

-- Of several that changed at once nobody says which replaces which; what another record still tells is not replaced.
superseding as (
    select
        surviving.event_id,
        arrived.gone[1] as supersedes_event_id
    from surviving
    inner join arrived using (event_id, source, record_key)
    where
        cardinality(arrived.gone) = 1
        and cardinality(arrived.come) = 1
        and not exists (
            select
            from {{ ref('stg_case_event') }} as stg
            where stg.event_id = arrived.gone[1]
        )
)

select * from superseding
