{# Makes the table, its partitions and its view; indexes come after the rows. #}
{% macro versioned_create(n, staged, keys) %}
  {% call statement('create') %}
    create table {{ versions_of(this) }} (
      released_in integer not null,
      retired_in integer not null
      {%- for row in run_query(columns_sql('pg_temp.' ~ staged)) if row[0] != '_gone' %},
      {{ adapter.quote(row[0]) }} {{ row[1] }}{{ ' not null' if row[0] in keys }}
      {%- endfor %}
    ) partition by range (retired_in);
    create table {{ current(this) }} partition of {{ versions_of(this) }} for values from ({{ never() }}) to (maxvalue)
      with (autovacuum_vacuum_scale_factor = 0.02);
    create table {{ retired_in_range(n) }} partition of {{ versions_of(this) }} {{ retired_bounds(n) }};
    {{ versioned_view(n) }}
  {% endcall %}
{% endmacro %}

{# How many releases retire rows into one partition. #}
{% macro retired_range() %}{{ return(var('retired_range', 256) | int) }}{% endmacro %}

{% macro retired_in_range(n) %}
  {{ return(versions_of(this).incorporate(path={'identifier': this.identifier ~ '__retired_' ~ (n // retired_range() * retired_range())})) }}
{% endmacro %}

{% macro retired_bounds(n) %}
  {%- set low = n // retired_range() * retired_range() -%}
  {{ return("for values from (" ~ low ~ ") to (" ~ (low + retired_range()) ~ ")") }}
{% endmacro %}

{# Makes what this release needs before its rows: the partition of retired rows and gained columns, each in a short transaction of its own.
   Committed and begun in SQL: after adapter.commit() psycopg2 would take itself for still in a transaction, and begin no other. #}
{% macro versioned_prepare(n, whole) %}
  {%- set partition = retired_in_range(n) -%}
  {% if not scalar("select to_regclass('" ~ partition ~ "') is not null") %}
    {# Attached, because `partition of` would wait for readers and hold new ones back. #}
    {% call statement('partition') %}
      create table {{ partition }} (like {{ versions_of(this) }});
      {{ retired_indexes(partition) }}
      alter table {{ versions_of(this) }} attach partition {{ partition }} {{ retired_bounds(n) }};
      commit; begin;
    {% endcall %}
  {% endif %}
  {% if whole %}
    {%- set known = run_query(columns_sql(versions_of(this))).columns[0].values() -%}
    {%- set gained = model.columns.values() | rejectattr('name', 'in', known) | list -%}
    {%- set shown = run_query(columns_sql(this)).columns[0].values() -%}
    {%- set withholds = "select position('CASE' in pg_get_viewdef('" ~ this ~ "'::regclass)) > 0" -%}
    {% if gained or 'released_in' not in shown or (versioned_withheld() and not scalar(withholds)) %}{% do versioned_gain(gained) %}{% endif %}
  {% endif %}
{% endmacro %}

{# Adds columns at the end of table and view. A waiting `alter table` keeps new readers waiting behind it, so it gives way after a second and tries again. #}
{% macro versioned_gain(gained) %}
  {%- set since = scalar("select min(release_id) from ops.release_model where model = '" ~ this.identifier ~ "'") -%}
  {% call statement('gain') %}
    do $gain$
    begin
      perform set_config('lock_timeout', '1s', true);
      for attempt in 1..60 loop
        begin
          {% for column in gained %}alter table {{ versions_of(this) }} add column {{ adapter.quote(column.name) }} {{ column.data_type }};
          {% endfor %}
          execute (
            select {{ dollar(versioned_view_head()) }} || string_agg(coalesce({{ dollar(tojson(versioned_withheld())) }}::jsonb ->> k.attname, quote_ident(k.attname)), ', ' order by v.attnum, k.attnum) || {{ dollar(versioned_view_tail(since)) }}
            from pg_attribute as k
            left join pg_attribute as v on v.attrelid = '{{ this }}'::regclass and v.attname = k.attname
            where k.attrelid = '{{ versions_of(this) }}'::regclass and k.attnum > 0 and not k.attisdropped and k.attname <> 'retired_in'
          );
          return;
        exception when lock_not_available then
          if attempt = 60 then
            raise exception 'the columns of {{ versions_of(this) }} cannot be added: readers have held it for a minute'
              using hint = 'End the long queries on marts.{{ this.identifier }}, then build again.';
          end if;
        end;
        perform pg_sleep(random());
      end loop;
    end
    $gain$;
    commit; begin;
  {% endcall %}
{% endmacro %}

{% macro dollar(text) %}{{ return("$view$" ~ text ~ "$view$") }}{% endmacro %}

{% macro versioned_view_head() %}{{ return("create or replace view " ~ this ~ " as select ") }}{% endmacro %}

{#
  The conditions are at top level, so that the view is flattened and they reach joins. `+ 0` keeps the planner from walking the index on released_in,
  which nearly all rows satisfy; the scalar sub-selects are evaluated once in a query.
#}
{% macro versioned_view_tail(since) %}
  {%- set visible = "(select ops.visible_release('" ~ this.identifier ~ "', " ~ since ~ "))" -%}
  {%- set shown = config.meta_get('shown', default='') -%}
  {{ return(" from " ~ versions_of(this) ~ " where released_in + 0 <= " ~ visible ~ " and retired_in > " ~ visible ~ (" and (" ~ shown ~ ")" if shown else "")) }}
{% endmacro %}

{# What the view has of columns that are null for some rows; typed, for a view keeps the types that it was made with. #}
{% macro versioned_withheld() %}
  {%- set found = {} -%}
  {%- for name, condition in config.meta_get('withheld', default={}).items() -%}
    {%- set column = adapter.quote(name) -%}
    {%- do found.update({name: "(case when not (" ~ condition ~ ") then " ~ column ~ " end)::" ~ model.columns[name].data_type ~ " as " ~ column}) -%}
  {%- endfor -%}
  {{ return(found) }}
{% endmacro %}

{# The view that people read. It belongs to the no-login role that alone reads the versions on their behalf. #}
{% macro versioned_view(since) %}
    {%- set withheld = versioned_withheld() -%}
    {%- set shown = [] -%}
    {%- for name in model.columns -%}{%- do shown.append(withheld.get(name, adapter.quote(name))) -%}{%- endfor -%}
    {{ versioned_view_head() }}{{ shown | join(', ') }}, released_in{{ versioned_view_tail(since) }};
    alter view {{ this }} owner to {{ adapter.quote(var('view_owner', 'reader_views')) }};
{% endmacro %}

{# Indexes that are missing: on a first load after the rows, later for gained index configurations. #}
{% macro versioned_index(keys) %}
  {% call statement('index') %}
    create unique index if not exists {{ index_name(current(this), keys) }} on {{ current(this) }} ({{ names_of(keys) }});
    create index if not exists {{ index_name(current(this), ['released_in']) }} on {{ current(this) }} (released_in);
    {{ configured_indexes(current(this)) }}
    {% for row in run_query("select inhrelid::regclass from pg_inherits where inhparent = '" ~ versions_of(this) ~ "'::regclass") %}
      {%- if '__retired_' in row[0] %}{{ retired_indexes(versions_of(this).incorporate(path={'identifier': row[0].split('.')[-1] | replace('"', '')})) }}{% endif -%}
    {% endfor %}
    analyze {{ versions_of(this) }};
  {% endcall %}
{% endmacro %}

{% macro retired_indexes(partition) %}
  {%- set keys = config.require('unique_key') -%}
  {%- set keys = [keys] if keys is string else keys -%}
    create index if not exists {{ index_name(partition, keys) }} on {{ partition }} ({{ names_of(keys) }});
    create index if not exists {{ index_name(partition, ['retired_in']) }} on {{ partition }} (retired_in);
    {{ configured_indexes(partition) }}
{% endmacro %}

{% macro configured_indexes(partition) %}
  {%- for index in config.get('indexes', default=[]) %}
    create {{ 'unique ' if index.get('unique') and partition == current(this) }}index if not exists {{ index_name(partition, index.columns + [index.get('type', '')]) }}
      on {{ partition }} {{ 'using ' ~ index.type if index.get('type') }} ({{ index.columns | join(', ') }});
  {%- endfor %}
{% endmacro %}

{# A name that is the same each time, within PostgreSQL's 63 characters. #}
{% macro index_name(partition, columns) %}
  {{ return(adapter.quote(partition.identifier[-50:] ~ '_' ~ local_md5(columns | join(','))[:10])) }}
{% endmacro %}

{# Gives the configured roles the rights on the view, and takes them from others; `version_readers` may read the versions beside the view's owner. #}
{% macro versioned_grant() %}
  {%- set wanted = [] -%}
  {%- for privilege, roles in (config.get('grants') or {}).items() -%}
    {%- for role in ([roles] if roles is string else roles) -%}{%- do wanted.append((role, privilege | upper)) -%}{%- endfor -%}
  {%- endfor -%}
  {%- set held = run_query("select distinct coalesce(r.rolname, 'public'), a.privilege_type from pg_class as c, aclexplode(c.relacl) as a left join pg_roles as r on r.oid = a.grantee "
    ~ "where c.oid = '" ~ this ~ "'::regclass and a.grantee <> c.relowner") -%}
  {% call statement('grant') %}
    {% for row in held if (row[0], row[1]) not in wanted %}revoke {{ row[1] }} on {{ this }} from {{ adapter.quote(row[0]) if row[0] != 'public' else row[0] }};
    {% endfor %}
    {% for role, privilege in wanted %}grant {{ privilege }} on {{ this }} to {{ adapter.quote(role) }};
    {% endfor %}
    {% for role in [var('view_owner', 'reader_views')] + var('version_readers', ['gate']) %}grant select on {{ versions_of(this) }} to {{ adapter.quote(role) }};
    {% endfor %}
  {% endcall %}
  {% do persist_docs(this.incorporate(type='view'), model) %}
  {% call statement('known') %}
    comment on column {{ this }}.released_in is 'When we knew: the release that first shows the row as it stands; dim_release tells its day.';
  {% endcall %}
{% endmacro %}
