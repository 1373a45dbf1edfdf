with moves as (
    select * from {{ ref('stage_move') }}
),

stated as (
    select
        stg.case_id,
        stg.source,
        stg.record_key,
        stg.stage,
        stg.source_time,
        stg.delivery_seq,
        stg.row_number,
        -- A record tells its own history; events are records that each state one stage of their case.
        case when stg.source not in {{ event_sources() }} then stg.record_key end as history
    from {{ touched() }} as t
    inner join {{ ref('stg_case_stage') }} as stg using (case_id)
),

moved as (
    select
        case_id,
        stage as to_stage,
        (source_time at time zone 'Asia/Shanghai')::date as moved_on,
        lag(stage) over (partition by case_id, source, history order by source_time, delivery_seq, row_number) as from_stage
    from stated
),

doubted as (
    select
        moved.case_id,
        moves.needs_event
    from moved
    left join moves
        on
            moved.from_stage = moves.from_stage
            and moved.to_stage = moves.to_stage
            and (moves.valid_from is null or moved.moved_on >= moves.valid_from)
            and (moves.valid_to is null or moved.moved_on < moves.valid_to)
    where moved.from_stage <> moved.to_stage and (moves.from_stage is null or moves.needs_event is not null)
),

-- By record, for claims of one record have one case, and that is what claims are indexed by.
events as (
    select distinct
        doubted.case_id,
        stg.event_type
    from doubted
    inner join {{ ref('stg_case') }} as cases on doubted.case_id = cases.case_id
    inner join {{ ref('stg_case_event') }} as stg on cases.record_id = stg.record_id and cases.case_id = stg.case_id
    where stg.event_type = doubted.needs_event
),

illegal as (
    select distinct doubted.case_id
    from doubted
    left join events on doubted.case_id = events.case_id and doubted.needs_event = events.event_type
    where events.case_id is null
)

select * from illegal
