{# `retired_in` of the rows that no release has retired. #}
{% macro never() %}{{ return(2147483647) }}{% endmacro %}

{# The table that holds all row versions of a model. #}
{% macro versions_of(relation) %}
  {{ return(api.Relation.create(database=relation.database, schema=relation.schema ~ '_v', identifier=relation.identifier, type='table')) }}
{% endmacro %}

{# The partition that holds a model's rows as they are now: in a build, as of the release being built. #}
{% macro current(relation) %}
  {%- if not execute or relation.is_cte -%}{{ return(relation) }}{%- endif -%}
  {{ return(versions_of(relation).incorporate(path={'identifier': relation.identifier ~ '__current'})) }}
{% endmacro %}

{# Whether a published release has contained this model. #}
{% macro is_published(relation) %}
  {{ return(scalar("select to_regclass('" ~ versions_of(relation) ~ "') is not null and exists (select from ops.release_model m join ops.release r using (release_id) "
    ~ "where m.model = '" ~ relation.identifier ~ "' and r.state = 'published')")) }}
{% endmacro %}

{# Whether this build computes every key: asked for by --full-refresh, or because no published release has this model. #}
{% macro is_whole() %}
  {%- if not is_running() or model.resource_type != 'model' -%}{{ return(false) }}{%- endif -%}
  {{ return(flags.FULL_REFRESH or not is_published(this)) }}
{% endmacro %}

{#
  Rows that the release being built added to (sign 1) or removed from (sign -1) a versioned model.
  A whole build gets all rows as added, and must not add them to what it had: see previous().
#}
{% macro delta(relation) %}
  {%- if not execute or relation.is_cte -%}{{ return(relation) }}{%- endif -%}
  {%- set n = building() -%}
  {%- set added -%}
    select 1 as sign, d.* from {{ current(relation) }} as d{% if not is_whole() %} where d.released_in = {{ n }}{% endif %}
  {%- endset -%}
  {%- set removed -%}
    select -1 as sign, d.* from {{ versions_of(relation) }} as d where d.retired_in = {{ n }}
  {%- endset -%}
  {{ return("(" ~ added ~ ")" if is_whole() else "(" ~ added ~ " union all " ~ removed ~ ")") }}
{% endmacro %}

{# The rows that this model had before this build; none in a whole build. #}
{% macro previous() %}
  {%- if is_running() and not is_whole() -%}{{ return(current(this)) }}{%- endif -%}
  {%- set columns = [] -%}
  {%- for column in model.columns.values() -%}
    {%- do columns.append('null::' ~ column.data_type ~ ' as ' ~ adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ return("(select " ~ (columns | join(', ') if columns else 'null') ~ " where false)") }}
{% endmacro %}

{# Empties a column that a model had, in every version of the rows told by `where`: what it held may no longer be read where the model is. #}
{% macro forget(column, where='true') %}
  {%- set known = "select exists (select from pg_attribute where attrelid = '" ~ versions_of(this) ~ "'::regclass and attname = '" ~ column ~ "')" -%}
  {%- if is_whole() and is_published(this) and scalar(known) -%}
    update {{ versions_of(this) }} set {{ adapter.quote(column) }} = null where {{ adapter.quote(column) }} is not null and {{ where }}
  {%- endif -%}
{% endmacro %}
