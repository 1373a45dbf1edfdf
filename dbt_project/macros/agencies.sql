{# Whether what stands before the name of an authority is a whole place: nothing, or its kind is said. #}
{% macro is_whole_place(place) %}{{ place }} ~ '^(.*([国省市区县旗盟]|自治州))?$'{% endmacro %}

{# Whether a place is a city without its 市 (step `cities`), alone or behind the whole name of a larger place. #}
{% macro is_city(place, since) %}
  {%- set before -%}left({{ place }}, length({{ place }}) - width){%- endset -%}
  exists (
      select
      from generate_series(1, length({{ place }})) as width
      where {{ is_whole_place(before) }} and ({{ since }}, right({{ place }}, width)) in (select cities.since, cities.stem from cities)
  )
{%- endmacro %}
