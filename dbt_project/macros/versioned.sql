{#
  A model kept as row versions, stamped with the releases that made and retired them.

  config unique_key: the column or columns of the key. config meta.touched: query of the keys to compute, rendered when the model is built, which the
  model reads as {{ touched() }}; without it the model is only computed in whole builds. The model yields the rows of the touched keys, and `_gone` for
  keys that no longer exist; a whole build yields all rows, and what it does not yield is gone. Contracts must be enforced.
  config meta.shown: condition that a row must meet to be in the view; meta.withheld: of a column the condition under which the view has null for it.
  Versions, deltas and sums have all rows and values.
#}
{% materialization versioned, adapter='postgres' %}
  {%- set n = building() -%}
  {%- set keys = config.require('unique_key') -%}
  {%- set keys = [keys] if keys is string else keys -%}
  {%- set staged = adapter.quote(this.identifier ~ '__staged') -%}
  {%- set published = is_published(this) -%}
  {%- set whole = is_whole() -%}
  {%- do versioned_check_config(keys) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {% if published %}{% do versioned_prepare(n, whole) %}{% endif %}
  {% call statement('undo') %}
    select ops.join_release({{ n }});
    {{ versioned_undo(n) if published else versioned_drop() }}
    delete from ops.release_model where release_id = {{ n }} and model = '{{ this.identifier }}';
  {% endcall %}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {% if not versioned_touch(whole) %}
    {% call noop_statement('main', 'UNCHANGED', code='UNCHANGED', rows_affected=0) %}-- no key is touched{% endcall %}
  {% else %}
    {% do versioned_stage(staged, keys, whole and published) %}
    {% if not published %}{% do versioned_create(n, staged, keys) %}{% endif %}
    {% call statement('main') %}{{ versioned_write(n, staged, keys, published) }}{% endcall %}
    {% do versioned_count(n, published) %}
    {% if whole %}{% do versioned_index(keys) %}{% do versioned_grant() %}{% endif %}
  {% endif %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% macro versioned_check_config(keys) %}
  {%- if not config.get('contract').enforced -%}
    {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": a versioned model needs `contract: {enforced: true}` and all its columns with data_type") }}
  {%- endif -%}
  {%- for key in keys if key not in model.columns -%}
    {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": key column " ~ key ~ " is not among the columns of its contract") }}
  {%- endfor -%}
  {%- if this.identifier | length > 45 -%}
    {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": a versioned model's name may have 45 characters, so that its partitions' names fit") }}
  {%- endif -%}
{% endmacro %}

{# Takes this model's rows of the release back. #}
{% macro versioned_undo(n) %}
    delete from {{ current(this) }} where released_in = {{ n }};
    update {{ versions_of(this) }} set retired_in = {{ never() }} where retired_in = {{ n }};
{% endmacro %}

{# Forgets a model that no published release contains; the first build makes it anew. #}
{% macro versioned_drop() %}
    drop view if exists {{ this }};
    drop table if exists {{ versions_of(this) }};
{% endmacro %}

{# Makes the temporary table of touched keys; false when there is nothing to compute. #}
{% macro versioned_touch(whole) %}
  {%- set query = render(config.meta_get('touched', default='')) | trim -%}
  {%- if not query -%}{{ return(whole) }}{%- endif -%}
  {%- if not whole and not scalar("select exists (select from (" ~ query ~ ") as t)") -%}{{ return(false) }}{%- endif -%}
  {% call statement('touch') %}
    create temporary table {{ touched() }} on commit drop as select distinct * from ({{ query }}) as t;
    analyze {{ touched() }};
  {% endcall %}
  {{ return(true) }}
{% endmacro %}

{# Makes the temporary table of the model's rows with the types of its contract, and refuses null or repeated keys and a null `_gone`. #}
{% macro versioned_stage(staged, keys, absent_is_gone) %}
  {%- set names = versioned_names(model.columns) -%}
  {%- do get_assert_columns_equivalent(versioned_without_gone(compiled_code)) -%}
  {% call statement('stage') %}
    create temporary table {{ staged }} on commit drop as
    select {% for column in model.columns.values() %}{{ adapter.quote(column.name) }}::{{ column.data_type }} as {{ adapter.quote(column.name) }}, {% endfor %}_gone
    from ({{ compiled_code }}) as q;
    {% if absent_is_gone %}
    insert into {{ staged }} ({{ names_of(keys) }}, _gone)
    select {{ names_of(keys, 'c') }}, true from {{ current(this) }} as c where not exists (select from {{ staged }} as s where {{ versioned_same(keys) }});
    {% endif %}
    alter table {{ staged }} alter column _gone set not null
      {%- for key in keys %}, alter column {{ adapter.quote(key) }} set not null{% endfor %}
      {%- for name in versioned_required() %}, add constraint {{ adapter.quote(name ~ '_is_required') }} check (_gone or {{ adapter.quote(name) }} is not null){% endfor %};
    create unique index {{ adapter.quote(this.identifier ~ '__staged_key') }} on {{ staged }} ({{ names_of(keys) }});
    analyze {{ staged }};
  {% endcall %}
{% endmacro %}

{# The compiled query without `_gone`, for the comparison with the contract. #}
{% macro versioned_without_gone(query) %}
  {%- set names = get_column_schema_from_query(query) | map(attribute='name') | list -%}
  {%- if '_gone' not in names -%}
    {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": a versioned model yields a column `_gone`, true for keys that no longer exist") }}
  {%- endif -%}
  {{ return("select " ~ names_of(names | reject('equalto', '_gone')) ~ " from (" ~ query ~ ") as q") }}
{% endmacro %}

{# Retires what changed and adds the new versions; a row whose image is what it was stays untouched. #}
{% macro versioned_write(n, staged, keys, published) %}
    {%- set names = versioned_names(model.columns) -%}
    {%- if published %}
    {%- set kept = versioned_kept(staged) %}
    delete from {{ staged }} as s using {{ current(this) }} as c where {{ versioned_same(keys) }} and not s._gone
      and row({{ names_of(kept.keys(), 'c') }})::record operator(pg_catalog.*=) row({{ kept.values() | join(', ') }})::record;
    update {{ versions_of(this) }} as c set retired_in = {{ n }} from {{ staged }} as s where c.retired_in = {{ never() }} and {{ versioned_same(keys) }};
    {%- endif %}
    insert into {{ current(this) }} (released_in, retired_in, {{ names }}) select {{ n }}, {{ never() }}, {{ names }} from {{ staged }} where not _gone;
{% endmacro %}

{# Columns of the table, each with its new value: a column that the model no longer has is null from this release on. #}
{% macro versioned_kept(staged) %}
  {%- set types = {} -%}
  {%- for row in run_query(columns_sql('pg_temp.' ~ staged)) -%}{%- do types.update({row[0]: row[1]}) -%}{%- endfor -%}
  {%- set kept = {} -%}
  {%- set known = run_query(columns_sql(versions_of(this))).columns[0].values() -%}
  {%- for name in types if name not in known and name != '_gone' -%}
    {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": column " ~ name ~ " is new: build the release whole (--full-refresh), so that all rows get it") }}
  {%- endfor -%}
  {%- for row in run_query(columns_sql(versions_of(this))) if row[0] not in ('released_in', 'retired_in') -%}
    {%- if row[0] in types and types[row[0]] != row[1] -%}
      {{ exceptions.raise_compiler_error("model " ~ this.identifier ~ ": column " ~ row[0] ~ " is " ~ row[1] ~ " in published releases and "
        ~ types[row[0]] ~ " in the contract: give the new column a new name") }}
    {%- endif -%}
    {%- do kept.update({row[0]: 's.' ~ adapter.quote(row[0]) if row[0] in types else 'null::' ~ row[1]}) -%}
  {%- endfor -%}
  {{ return(kept) }}
{% endmacro %}

{# Notes what the release added and removed; a model's first release is noted even when it is empty. #}
{% macro versioned_count(n, published) %}
  {% call statement('count') %}
    insert into ops.release_model (release_id, model, added, removed)
    select {{ n }}, '{{ this.identifier }}', added, removed from
      (select count(*) as added from {{ current(this) }} where released_in = {{ n }}) as a,
      (select count(*) as removed from {{ versions_of(this) }} where retired_in = {{ n }}) as r
    {% if published %}where added + removed > 0{% endif %};
  {% endcall %}
{% endmacro %}

{% macro names_of(names, alias=none) %}
  {%- set quoted = [] -%}
  {%- for name in names -%}{%- do quoted.append((alias ~ '.' if alias else '') ~ adapter.quote(name)) -%}{%- endfor -%}
  {{ return(quoted | join(', ')) }}
{% endmacro %}

{% macro versioned_names(columns) %}{{ return(names_of(columns.keys())) }}{% endmacro %}

{% macro versioned_same(keys) %}
  {%- set pairs = [] -%}
  {%- for key in keys -%}{%- do pairs.append('c.' ~ adapter.quote(key) ~ ' = s.' ~ adapter.quote(key)) -%}{%- endfor -%}
  {{ return(pairs | join(' and ')) }}
{% endmacro %}

{# Columns that the contract declares not null. #}
{% macro versioned_required() %}
  {%- set names = [] -%}
  {%- for column in model.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}{%- do names.append(column.name) -%}{%- endfor -%}
  {{ return(names) }}
{% endmacro %}

{% macro columns_sql(relation) %}
  {{ return("select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = '" ~ relation ~ "'::regclass and attnum > 0 and not attisdropped order by attnum") }}
{% endmacro %}
