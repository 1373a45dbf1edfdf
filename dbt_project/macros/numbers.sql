{#
  Whom numbers mean: of the rows of the step `asked` each `key` with the one other case that has its `number`, or a decision of that number.
  Where none or several have it, or the case is secret, there is no row. A number never means the case `own`.
#}
{% macro only_cases_numbered(asked, key, number, own) %}
select
    only_one.{{ key }},
    open_cases.case_id
from (
    select
        numbered.{{ key }},
        (array_agg(numbered.case_id))[1] as case_id
    from (
        select
            asked.{{ key }},
            asked.{{ own }} as own_id,
            cases.case_id
        from {{ asked }} as asked
        inner join {{ current(ref('fct_case')) }} as cases on asked.{{ number }} = cases.case_no
        union
        select
            asked.{{ key }},
            asked.{{ own }} as own_id,
            decisions.case_id
        from {{ asked }} as asked
        inner join {{ current(ref('fct_decision')) }} as decisions on asked.{{ number }} = decisions.doc_no
    ) as numbered
    where numbered.own_id is distinct from numbered.case_id
    group by numbered.{{ key }}
    having count(*) = 1
) as only_one
inner join {{ current(ref('fct_case')) }} as open_cases on only_one.case_id = open_cases.case_id
where open_cases.security_class is distinct from 'CASE_SECRET'
{% endmacro %}

{# Keys of the rows that this model had whose `number` is that of a case or decision which the release being built added or removed. #}
{% macro touched_by_numbers(key, number) %}
  {%- set numbers = touched_by_model('fct_case', 'case_no') ~ " union " ~ touched_by_model('fct_decision', 'doc_no') -%}
  {{ return("select p." ~ key ~ " from " ~ previous() ~ " as p inner join (" ~ numbers ~ ") as c on p." ~ number ~ " = c.case_no") }}
{% endmacro %}
