{# The temporary table of the keys that this build computes, made from the model's `touched` query. #}
{% macro touched() %}{{ return('touched') }}{% endmacro %}

{#
  Ids of `entity` that claims name which the release being built lets in, supersedes or withdraws: old and new id of a changed record.
  A whole build gets all ids.
#}
{% macro touched_by_claims(entity, column) %}
  {%- set claims -%}canonical.{{ adapter.quote(entity) }}{%- endset -%}
  {%- set id -%}e.{{ adapter.quote(column) }}{%- endset -%}
  {%- set taken = admissions() -%}
  {%- set parts = [] -%}
  {%- if is_whole() -%}
    {%- do parts.append("select " ~ id ~ " from " ~ claims ~ " as e where " ~ id ~ " is not null") -%}
  {%- else -%}
    {%- for change in ['admission_id', 'superseded_in', 'withdrawn_in'] -%}
      {%- do parts.append("select " ~ id ~ " from canonical.record as r join " ~ claims ~ " as e on e.record_id = r.record_id where r."
        ~ change ~ " = any(" ~ taken ~ ") and " ~ id ~ " is not null") -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(parts | join(" union ")) }}
{% endmacro %}

{# Values of `columns` in the rows that the release being built added to or removed from a versioned parent. #}
{% macro touched_by_model(parent, columns) %}
  {%- set columns = [columns] if columns is string else columns -%}
  {%- set quoted = [] -%}
  {%- for column in columns -%}{%- do quoted.append('d.' ~ adapter.quote(column)) -%}{%- endfor -%}
  {{ return("select " ~ quoted | join(', ') ~ " from " ~ delta(ref(parent)) ~ " as d where " ~ quoted | join(' is not null and ') ~ " is not null") }}
{% endmacro %}

{#
  Whether a row of canonical.record is current as of the admissions that releases have taken: one that is let in while a release is being built
  belongs to the next.
#}
{% macro is_current(record) %}
  {%- set taken = "(select max(a.admission_id) from ops.admission as a where a.release_id is not null)" -%}
  {{ record }}.admission_id <= {{ taken }} and not {{ record }}.is_withdrawal
    and ({{ record }}.superseded_in is null or {{ record }}.superseded_in > {{ taken }})
    and ({{ record }}.withdrawn_in is null or {{ record }}.withdrawn_in > {{ taken }})
{%- endmacro %}
