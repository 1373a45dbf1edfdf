{# The first value of a query that yields one row. #}
{% macro scalar(sql) %}
  {{ return(run_query(sql).columns[0].values()[0]) }}
{% endmacro %}

{# Whether this invocation writes or checks data; documentation and compilation do not, and need no release. #}
{% macro is_running() %}
  {{ return(execute and flags.WHICH in ('build', 'run', 'test')) }}
{% endmacro %}

{# The number of the release being built. #}
{% macro building() %}
  {%- if not is_running() -%}{{ return(0) }}{%- endif -%}
  {%- set found = run_query("select release_id from ops.release where state = 'building'").columns[0].values() -%}
  {%- if found | length != 1 -%}
    {{ exceptions.raise_compiler_error("no release is being built: begin one (ops.release, state 'building') before building models") }}
  {%- endif -%}
  {{ return(found[0] | int) }}
{% endmacro %}

{# The admissions that the release being built takes, as an array that an index can be asked with. #}
{% macro admissions() %}
  {%- if not is_running() -%}{{ return("'{}'::bigint[]") }}{%- endif -%}
  {%- set found = scalar("select coalesce(array_agg(admission_id order by admission_id), '{}')::text from ops.admission where release_id = " ~ building()) -%}
  {{ return("'" ~ found ~ "'::bigint[]") }}
{% endmacro %}
