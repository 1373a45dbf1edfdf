{#
  Whom numbers mean: of the rows of the step `asked` each `key` with the one other case that has its `number`, or a decision of that number. A number
  never means the case `own`, nor one of another authority than that which the row names beside it (`agency`, its code `code`): what is said of it by
  code or, where one of them has none, by name. Of several the one whose authority is just that one is meant. Where nobody or more than one is left,
  or the case is secret, the case is null; `candidates` are those left that are not secret. One alone
  beside a secret one counts as none: a single candidate that is not told would say that a secret case has the number too.
#}
{% macro only_cases_numbered(asked, key, number, own, agency, code='null::text') %}
select
    judged.{{ key }},
    case when count(*) = 1 then (array_agg(judged.case_id) filter (where not judged.is_secret))[1] end as case_id,
    case when bool_or(judged.is_secret) and count(*) filter (where not judged.is_secret) = 1 then 0 else count(*) filter (where not judged.is_secret) end as candidates
from (
    select
        compared.*,
        max(compared.alike) over (partition by compared.{{ key }}) as most_alike
    from (
        select
            numbered.{{ key }},
            named.case_id,
            named.security_class is not distinct from 'CASE_SECRET' as is_secret,
            case
                when numbered.code = named.agency_uscc then 2
                when numbered.code <> named.agency_uscc then 0
                else {{ authorities_alike('numbered.agency', 'named.agency_name') }}
            end as alike
        from (
            select
                asked.{{ key }},
                asked.{{ own }} as own_id,
                asked.{{ agency }} as agency,
                {{ code }} as code,
                cases.case_id
            from {{ asked }} as asked
            inner join {{ current(ref('fct_case')) }} as cases on asked.{{ number }} = cases.case_no
            union
            select
                asked.{{ key }},
                asked.{{ own }} as own_id,
                asked.{{ agency }} as agency,
                {{ code }} as code,
                decisions.case_id
            from {{ asked }} as asked
            inner join {{ current(ref('fct_decision')) }} as decisions on asked.{{ number }} = decisions.doc_no
        ) as numbered
        inner join {{ current(ref('fct_case')) }} as named on numbered.case_id = named.case_id
        where numbered.own_id is distinct from numbered.case_id
    ) as compared
    where compared.alike > 0
) as judged
where judged.alike = judged.most_alike
group by judged.{{ key }}
{% endmacro %}

{#
  How alike two authorities are by their names as printed or as they are called today: 2 the same, 0 others; 1 where one is unknown, or is the name of the
  other with more before it (where it lies) or behind it (an office of it).
#}
{% macro authorities_alike(one, other) %}
coalesce((
    select max(case
        when a.name_zh = b.name_zh then 2
        when starts_with(a.name_zh, b.name_zh) or starts_with(b.name_zh, a.name_zh) then 1
        when starts_with(reverse(a.name_zh), reverse(b.name_zh)) or starts_with(reverse(b.name_zh), reverse(a.name_zh)) then 1
        else 0
    end)
    from ({{ names_of_authority(one) }}) as a
    cross join ({{ names_of_authority(other) }}) as b
    where a.name_zh is not null and b.name_zh is not null
), 1)
{% endmacro %}

{% macro names_of_authority(printed) %}
select {{ printed }} as name_zh union select known.current_name_zh from {{ current(ref('dim_agency')) }} as known where known.agency_name = {{ printed }}
{%- endmacro %}

{# Keys of the rows that this model had whose `number` is that of a case or decision which the release being built added or removed, or of a decision in such a case. #}
{% macro touched_by_numbers(key, number) %}
  {%- set decided = "select n.doc_no from (" ~ touched_by_model('fct_case', 'case_id') ~ ") as t inner join " ~ current(ref('fct_decision')) ~ " as n using (case_id)" -%}
  {%- set numbers = [touched_by_model('fct_case', 'case_no'), touched_by_model('fct_decision', 'doc_no'), decided] | join(" union ") -%}
  {{ return("select p." ~ key ~ " from " ~ previous() ~ " as p inner join (" ~ numbers ~ ") as c on p." ~ number ~ " = c.case_no") }}
{% endmacro %}

{# Keys of the rows that this model had whose authority `name` is one of which it is known in the release being built what it is called today. #}
{% macro touched_by_authorities(key, name) %}
  {{ return("select p." ~ key ~ " from " ~ previous() ~ " as p inner join (" ~ touched_by_model('dim_agency', 'agency_name') ~ ") as c on p." ~ name ~ " = c.agency_name") }}
{% endmacro %}
