create schema staged;
create schema canonical;

create table canonical.record (
    record_id bigint primary key,
    source text not null,
    body_id text not null,
    delivery_id text not null,
    row_number bigint not null,
    record_key text not null,
    source_time timestamptz not null,
    delivery_seq bigint not null,
    image text not null,
    raw_hash text not null,
    kafka_offset bigint not null,
    batch_id bigint not null,
    admission_id bigint not null,
    superseded_in bigint,
    withdrawn_in bigint,
    is_withdrawal boolean not null,
    reread_in bigint
);
comment on table canonical.record is 'One row per version of a record: the spine that every claim points to.';
comment on column canonical.record.reread_in is 'Replay that reads the record otherwise: that reading is a row of its own, this one no longer counts.';
create unique index record_reading on canonical.record (source, delivery_id, row_number) where reread_in is null;
create index record_reread on canonical.record (reread_in) where reread_in is not null;
create index record_reread_of on canonical.record (source, delivery_id) where reread_in is not null;
create index record_versions on canonical.record (source, record_key);
create unique index record_newest on canonical.record (source, record_key) where superseded_in is null;
create index record_admitted on canonical.record (admission_id);
create index record_superseded on canonical.record (superseded_in) where superseded_in is not null;
create index record_withdrawn on canonical.record (withdrawn_in) where withdrawn_in is not null;

-- Beside the spine, and half empty: a full snapshot confirms every record each night, and an update that finds room
-- in its page, in a row that no index names, touches no index.
create table canonical.confirmation (
    record_id bigint primary key,
    confirmed_at timestamptz not null
) with (fillfactor = 50);
comment on table canonical.confirmation is 'One row per record version that a later record confirmed: the newest source time at which its body said the same.';

create unlogged table staged.record (
    slice_id bigint not null,
    fence int not null,
    source text not null,
    body_id text not null,
    delivery_id text not null,
    row_number bigint not null,
    kafka_offset bigint not null,
    record_id bigint not null,
    record_key text,
    source_time timestamptz,
    delivery_seq bigint not null,
    image text not null,
    raw_hash text not null,
    is_withdrawal boolean not null,
    is_quarantined boolean not null,
    has_finding boolean not null
);

create unlogged table staged.quarantine_rule (
    slice_id bigint not null,
    fence int not null,
    source text not null,
    delivery_id text not null,
    row_number bigint not null,
    rule text not null,
    field text,
    expectation text not null,
    remedy text not null
);

create unlogged table staged.finding (
    slice_id bigint not null,
    fence int not null,
    source text not null,
    delivery_id text not null,
    row_number bigint not null,
    field text not null,
    reason text not null
);

create unlogged table staged.measure (
    slice_id bigint not null,
    fence int not null,
    source text not null,
    body_id text not null,
    field text not null,
    metric text not null,
    value double precision not null
);

-- Only an owner may analyse; a large admission needs it before its release is built, or the planner takes old counts.
create function ops.analyze_canonical() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    found regclass;
begin
    for found in select oid from pg_class where relnamespace = 'canonical'::regnamespace and relkind = 'r' loop
        execute format('analyze %s', found);
    end loop;
end
$$;
revoke execute on function ops.analyze_canonical() from public;
