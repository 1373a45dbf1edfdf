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
