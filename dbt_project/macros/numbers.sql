{#
  Whom numbers mean: of the rows of the step `asked` each `key` with the one other case that has its `number`, or a decision of that number.
  Where none or several have it, or the case is secret, there is no row. A number never means the case `own`, nor one of another authority than that
  whose code stands in `agency`, where both codes are known.
#}
{% macro only_cases_numbered(asked, key, number, own, agency=none) %}
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
    {%- if agency %}
    inner join {{ asked }} as asking on numbered.{{ key }} = asking.{{ key }}
    inner join {{ current(ref('fct_case')) }} as named on numbered.case_id = named.case_id
    {%- endif %}
    where numbered.own_id is distinct from numbered.case_id
    {%- if agency %} and (asking.{{ agency }} = named.agency_uscc) is not false{% endif %}
    group by numbered.{{ key }}
    having count(*) = 1
) as only_one
inner join {{ current(ref('fct_case')) }} as open_cases on only_one.case_id = open_cases.case_id
where open_cases.security_class is distinct from 'CASE_SECRET'
{% endmacro %}

{# Keys of the rows that this model had whose `number` is that of a case or decision which the release being built added or removed, or of a decision in such a case. #}
{% macro touched_by_numbers(key, number) %}
  {%- set decided = "select n.doc_no from (" ~ touched_by_model('fct_case', 'case_id') ~ ") as t inner join " ~ current(ref('fct_decision')) ~ " as n using (case_id)" -%}
  {%- set numbers = [touched_by_model('fct_case', 'case_no'), touched_by_model('fct_decision', 'doc_no'), decided] | join(" union ") -%}
  {{ return("select p." ~ key ~ " from " ~ previous() ~ " as p inner join (" ~ numbers ~ ") as c on p." ~ number ~ " = c.case_no") }}
{% endmacro %}
