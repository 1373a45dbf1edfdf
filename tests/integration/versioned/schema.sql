-- A small ledger and canonical schema of the shape that the models of the warehouse read.
create schema ops;
create schema canonical;
create schema test;

create table ops.release (release_id integer primary key, state text not null);
create unique index on ops.release (state) where state = 'building';
create table ops.release_model (
    release_id integer, model text, added bigint not null, removed bigint not null, primary key (release_id, model)
);
create table ops.admission (admission_id bigint generated always as identity primary key, release_id integer);

create table canonical.record (
    record_id bigint generated always as identity primary key,
    record_key text not null,
    admission_id bigint not null,
    superseded_in bigint,
    withdrawn_in bigint,
    reread_in bigint,
    is_withdrawal boolean not null default false
);
create index on canonical.record (admission_id);
create index on canonical.record (superseded_in);
create index on canonical.record (withdrawn_in);
create index on canonical.record (reread_in);
create table canonical.item (
    record_id bigint not null,
    source text not null,
    item_id text not null,
    grp text not null,
    tier integer not null,
    amount numeric not null
);
create index on canonical.item (record_id);
create index on canonical.item (item_id);

-- The rule that a code change changes, and the models that fail after they have written.
create table test.rule (factor integer not null);
insert into test.rule values (1);
create view test.taken as select admission_id from ops.admission where release_id is not null;
create table test.trap (model text primary key);
create function test.spring(model text) returns void language plpgsql as $$
begin
    if exists (select from test.trap t where t.model = spring.model) then
        raise exception 'the trap of % has sprung', spring.model;
    end if;
end
$$;

grant usage on schema ops, canonical, test to loader, modeller, gate, analyst, reader_views;
grant select on all tables in schema ops, canonical, test to modeller, gate;
grant select, insert, update, delete on all tables in schema ops, canonical, test to loader;
grant insert, update, delete on ops.release_model to modeller;
grant update on ops.release, ops.admission to modeller;
