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

versions as (
    select
        source,
        record_key,
        case_id,
        event_type,
        version,
        array_agg(event_id) as events
    from told
    group by source, record_key, case_id, event_type, version
),

-- The last version of its record that did not tell the event yet.
before as (
    select
        surviving.event_id,
        surviving.source,
        surviving.record_key,
        surviving.case_id,
        surviving.event_type,
        max(versions.version) as version
    from surviving
    inner join versions using (source, record_key, case_id, event_type)
    where surviving.event_id <> all(versions.events)
    group by surviving.event_id, surviving.source, surviving.record_key, surviving.case_id, surviving.event_type
),

exchanged as (
    select
        before.event_id,
        array(
            select unnest(old.events)
            except
            select unnest(new.events)
        ) as gone,
        array(
            select unnest(new.events)
            except
            select unnest(old.events)
        ) as come
    from before
    inner join versions as old using (source, record_key, case_id, event_type, version)
    inner join versions as new
        on
            before.source = new.source
            and before.record_key = new.record_key
            and before.case_id = new.case_id
            and before.event_type = new.event_type
            and before.version + 1 = new.version
),

-- Of several that changed at once nobody says which replaces which; what another record still tells is not replaced.
superseding as (
    select
        exchanged.event_id,
        exchanged.gone[1] as supersedes_event_id
    from exchanged
    where
        cardinality(exchanged.gone) = 1
        and cardinality(exchanged.come) = 1
        and not exists (
            select
            from {{ ref('stg_case_event') }} as stg
            where stg.event_id = exchanged.gone[1]
        )
)

select * from superseding
