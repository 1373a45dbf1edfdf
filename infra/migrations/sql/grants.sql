do $$
begin
    if not exists (select from pg_roles where rolname = 'reader_views') then
        create role reader_views nologin;
    end if;
end
$$;

grant usage on schema ops, staged, canonical to loader;
grant usage on schema ops, canonical to modeller;
grant usage on schema ops, staged, canonical to gate;
grant usage on schema ops to analyst, reader_views;

grant select, insert, update, delete on all tables in schema ops to loader;
grant usage on all sequences in schema ops to loader;
grant select, insert, delete, truncate on all tables in schema staged to loader;
grant update on staged.record to loader;
grant select, insert on canonical.record to loader;
grant update (superseded_in, withdrawn_in, reread_in) on canonical.record to loader;
grant select, insert, update on canonical.confirmation to loader;

grant select on all tables in schema ops to modeller;
grant insert, update, delete on ops.release_model to modeller;
grant select on all tables in schema canonical to modeller;

grant select on all tables in schema ops, staged, canonical to gate;
grant insert, delete on ops.gate_result to gate;
grant usage on all sequences in schema ops to gate;

grant insert on ops.release to modeller;
grant update on ops.release, ops.admission to modeller;
grant execute on function ops.analyze_canonical() to modeller;
