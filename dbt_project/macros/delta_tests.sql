{# Generic data tests that read only what the release being built added: cost follows the change. #}

{# Rows whose code is not in a vocabulary; null is no code. #}
{% test delta_accepted(model, column_name, vocabulary) %}
  select d.{{ adapter.quote(column_name) }}
  from {{ current(model) }} as d
  where d.released_in = {{ building() }} and d.{{ adapter.quote(column_name) }} is not null
    and not exists (select from {{ vocabulary }} as v where v.code = d.{{ adapter.quote(column_name) }})
{% endtest %}

{# Rows whose parent does not exist as of the release being built. #}
{% test delta_related(model, column_name, to, field) %}
  select d.{{ adapter.quote(column_name) }}
  from {{ current(model) }} as d
  where d.released_in = {{ building() }} and d.{{ adapter.quote(column_name) }} is not null
    and not exists (select from {{ current(to) }} as p where p.{{ adapter.quote(field) }} = d.{{ adapter.quote(column_name) }})
{% endtest %}

{# Rows that break a condition; one that is null is not broken. #}
{% test delta_holds(model, condition) %}
  select d.* from {{ current(model) }} as d where d.released_in = {{ building() }} and not ({{ condition }})
{% endtest %}

{# The year that it is, in China, where a calendar has no day of it: a column that is null for want of a seed is told, and no release waits for it. #}
{% test this_year_known(model, column_name, calendar) %}
  select this_year.year
  from (select extract(year from now() at time zone 'Asia/Shanghai') as year) as this_year
  where not exists (select from {{ calendar }} as c where extract(year from c.day) = this_year.year)
{% endtest %}
