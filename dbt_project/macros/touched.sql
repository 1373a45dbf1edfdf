{# The temporary table of the keys that this build computes, made from the model's `touched` query. #}
{% macro touched() %}{{ return('touched') }}{% endmacro %}

{#
  Keys of `entity` that claims name which the release being built lets in, supersedes or withdraws, or of which it may be another record that tells them now
  (`staging.retold`): old and new key of a changed record.
  A whole build gets all keys.
#}
{% macro touched_by_claims(entity, columns) %}
  {%- set columns = [columns] if columns is string else columns -%}
  {%- set claims -%}canonical.{{ adapter.quote(entity) }} as e{%- endset -%}
  {%- set ids = names_of(columns, 'e') -%}
  {%- if is_whole() -%}{{ return("select " ~ ids ~ " from " ~ claims) }}{%- endif -%}
  {%- set taken = admissions() -%}
  {%- set parts = [] -%}
  {%- for change in ['admission_id', 'superseded_in', 'withdrawn_in', 'reread_in'] -%}
    {%- do parts.append("select " ~ ids ~ " from canonical.record as r join " ~ claims ~ " on e.record_id = r.record_id where r." ~ change ~ " = any(" ~ taken ~ ")") -%}
  {%- endfor -%}
  {%- do parts.append("select " ~ ids ~ " from staging.retold as t join " ~ claims ~ " on e.record_id = t.record_id where t.release_id = " ~ building()) -%}
  {{ return(parts | join(" union ")) }}
{% endmacro %}

{# Keys of `entity` that any claim names of a case that is touched: another source may speak for the case now. #}
{% macro touched_by_cases(entity, column) %}
  {%- if is_whole() -%}{{ return(touched_by_claims(entity, column)) }}{%- endif -%}
  {%- set claims -%}canonical.{{ adapter.quote(entity) }} as e{%- endset -%}
  {%- set cases = "(" ~ touched_by_claims('case', 'case_id') ~ ") as t join canonical." ~ adapter.quote('case') ~ " as c using (case_id)" -%}
  {{ return("select e." ~ adapter.quote(column) ~ " from " ~ cases ~ " join " ~ claims ~ " on e.record_id = c.record_id") }}
{% endmacro %}

{# Values of `columns` in the rows that the release being built added to or removed from a versioned parent. #}
{% macro touched_by_model(parent, columns) %}
  {%- set columns = [columns] if columns is string else columns -%}
  {{ return("select " ~ names_of(columns, 'd') ~ " from " ~ delta(ref(parent)) ~ " as d") }}
{% endmacro %}

{# The newest admission that a release has taken. #}
{% macro newest_taken() %}(select max(a.admission_id) from ops.admission as a where a.release_id is not null){% endmacro %}

{# Whether a release has taken the admission of a row of canonical.record: one that is let in during a build belongs to the next. #}
{% macro is_taken(record) %}{{ record }}.admission_id <= {{ newest_taken() }}{% endmacro %}

{# Whether a row of canonical.record is what its record is read as: a replay that reads it otherwise adds a row of its own. #}
{% macro is_reading(record) -%}
  {{ is_taken(record) }} and ({{ record }}.reread_in is null or {{ record }}.reread_in > {{ newest_taken() }})
{%- endmacro %}

{# Whether a row of canonical.record is current as of the admissions that releases have taken. #}
{% macro is_current(record) -%}
  {{ is_taken(record) }}
    and not {{ record }}.is_withdrawal
    and ({{ record }}.superseded_in is null or {{ record }}.superseded_in > {{ newest_taken() }})
    and ({{ record }}.withdrawn_in is null or {{ record }}.withdrawn_in > {{ newest_taken() }})
{%- endmacro %}

{# The sources whose records are events, as their contracts say: each states one stage of its case, and the newest is where the case stands. #}
{% macro event_sources() -%}
  ('{{ env_var('DBT_EVENT_SOURCES').split(',') | join("', '") }}')
{%- endmacro %}

{# The place of a claim's source in the order in which the canonical contract takes claims; sources that it does not name come after. #}
{% macro source_rank(entity, source_column) %}
  {%- set ranked = [] -%}
  {%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == 'canonical' and node.name == entity -%}{%- do ranked.extend(node.config.meta.source_rank) -%}{%- endfor -%}
  {%- endif -%}
  coalesce(array_position(array['{{ ranked | join("', '") }}'], {{ source_column }}), {{ ranked | length + 1 }})
{%- endmacro %}
