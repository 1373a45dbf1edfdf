{# The schema as configured: dbt's own macro would put the target's schema in front. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ return(custom_schema_name or target.schema) }}
{%- endmacro %}
