-- Schemas that dbt fills. Readers see views in marts, which belong to reader_views, the only reader of the row versions on their behalf.
create schema if not exists vocabulary;
create schema if not exists staging;
create schema if not exists marts_v;
create schema if not exists marts;

grant usage, create on schema vocabulary, staging, marts_v, marts to modeller;
grant usage on schema vocabulary, staging to gate;
grant usage on schema marts_v to gate, reader_views;
grant usage on schema marts to analyst, gate;
-- A view can only be handed to a role that may create in its schema, by a member of that role.
grant usage, create on schema marts to reader_views;
grant reader_views to modeller;

-- Filled before each build, of the cases that the release changes.
create table if not exists staging.retold (
    record_id bigint primary key,
    retold_by bigint,
    release_id integer not null
);
comment on table staging.retold is 'One row per record that a newer one of its source tells again (`retold_by`), or once did, with the authority written otherwise; release_id is the release that looked last.';
grant select, insert, update, delete on staging.retold to modeller;
grant select on staging.retold to gate;
