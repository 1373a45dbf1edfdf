{# The claims of an entity that hold now: their record, the rank of their source, and every attribute that the canonical contract names. #}
{% macro current_claims(claims, records) %}
select
    claims.record_id,
    claims.source,
    claims.body_id,
    records.record_key,
    claims.source_time,
    {{ source_rank(claims.identifier, 'claims.source') }} as source_rank
    {%- for name in attributes_of(claims.identifier) %},
    claims.{{ adapter.quote(name) }}
    {%- endfor %}
from {{ claims }} as claims
inner join {{ records }} as records on claims.record_id = records.record_id
where {{ is_current('records') }}
    and {{ is_not_retold('records') }}
  {%- if claims.identifier != 'case' %}
    and {{ is_told('claims') }}
  {%- endif %}
{% endmacro %}

{#
  Whether no newer record tells again what a row of canonical.record does, with the authority written otherwise (0026): transforms/model/retold.py says so
  before a build. Not as an anti-join, which the planner would move among the other joins.
#}
{% macro is_not_retold(record) -%}
(exists (select from staging.retold as t where t.record_id = {{ record }}.record_id and t.retold_by is not null)) is not true
{%- endmacro %}

{#
  Whether marts may tell what a claim says: not while its record says that the case is secret (DOMAIN P11).
  Of a source that has no contract any more nobody knows whether its cases may be: each tells for itself.
#}
{% macro is_told(claims) -%}
(
        {{ claims }}.source in ({{ listed('DBT_OPEN_SOURCES') }})
        or exists (select from canonical."case" as c where c.record_id = {{ claims }}.record_id and c.security_class <> 'CASE_SECRET')
        or {{ claims }}.source not in ({{ listed('DBT_SECRET_SOURCES') }})
        and not exists (select from canonical."case" as c where c.record_id = {{ claims }}.record_id and c.security_class = 'CASE_SECRET')
    )
{%- endmacro %}

{# The sources of a list, in SQL: those whose cases may be secret, as their contracts say, or those of which none is. #}
{% macro listed(variable) %}'{{ env_var(variable).split(',') | join("', '") }}'{% endmacro %}

{# The attributes of an entity, in the order of its contract: what a claim has beside its record. #}
{% macro attributes_of(entity) %}
  {%- set names = [] -%}
  {%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == 'canonical' and node.name == entity -%}
      {%- for name in node.columns if name not in ('record_id', 'source', 'body_id', 'admission_id', 'source_time') -%}{%- do names.append(name) -%}{%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(names) }}
{% endmacro %}

{#
  Of the claims of each touched key the one that survives, whole: by rank of the source, then newest source time, then source, then record key.
  With `of_one_source` only those of the source whose claim of the case survives: what several sources tell in rows of their own may not add up.
  What only some sources tell of a thing is taken of the next claim that tells it (`told_by_any`, each as a column NAME_told): customs tell when a right was
  recorded, its register does not. With `told_with` all of them are those of the first claim that has that column, so that none is put together from two.
  With `version` the highest of that column before all else: a message that was corrected stays so, whichever of its versions comes last.
#}
{% macro surviving_claims(claims, key, of_one_source=false, version=none, told_by_any=[], told_with=none) %}
{%- set key = [key] if key is string else key %}
with claims as (
    select stg.*
    from {{ touched() }} as t
    inner join {{ claims }} as stg using ({{ key | join(', ') }})
),

{% if of_one_source -%}
told_by as (
    select distinct on (stg.case_id)
        stg.case_id,
        stg.source
    from (select distinct case_id from claims) as told
    inner join {{ ref('stg_case') }} as stg using (case_id)
    order by stg.case_id, stg.source_rank, stg.source_time desc, stg.source, stg.record_key
),

{% endif -%}
ranked as (
    select
        claims.*,
        row_number() over (partition by {{ key | join(', ') }} order by {{ version ~ " desc, " if version }}source_rank, source_time desc, source, record_key) as place
    from claims
    {%- if of_one_source %}
    inner join told_by using (case_id, source)
    {%- endif %}
),

surviving as (
    select * from ranked
    where place = 1
)

{%- if told_by_any %},

told as (
    select
        {{ key | join(', ') }}
        {%- for name in told_by_any %},
        (array_agg({{ name }} order by place) filter (where {{ told_with or name }} is not null))[1] as {{ name }}_told
        {%- endfor %}
    from ranked
    inner join (select {{ key | join(', ') }} from ranked where place = 2) as several using ({{ key | join(', ') }})
    group by {{ key | join(', ') }}
)

select
    surviving.*
    {%- for name in told_by_any %},
    {% if told_with -%}
    case when told.{{ told_with }}_told is null then surviving.{{ name }} else told.{{ name }}_told end as {{ name }}_told
    {%- else -%}
    coalesce(surviving.{{ name }}, told.{{ name }}_told) as {{ name }}_told
    {%- endif %}
    {%- endfor %}
from surviving
left join told using ({{ key | join(', ') }})
{%- else %}

select * from surviving
{%- endif %}
{% endmacro %}

{#
  Whether two claims of one record name one party. Not by `=`: PostgreSQL would look both columns up, and read all claims of a party that is known in many
  records beside the few of the record.
#}
{% macro names_party(claim, party) -%}
{{ claim }}.record_id = {{ party }}.record_id and {{ claim }}.party_id is not distinct from {{ party }}.party_id
{%- endmacro %}

{# Whether a claim of a decision says that it was withdrawn or revoked, by a date or a reason. #}
{% macro says_withdrawn(decision) -%}
({{ decision }}.withdrawn_on is not null or {{ decision }}.withdraw_reason is not null)
{%- endmacro %}

{# Whom a record accuses, of which a decision may be revoked for each. #}
{% macro accused_of(record_id) -%}
select
                        coalesce(party.uscc, party.id_token) as number,
                        party.name_norm
                    from {{ ref('stg_case_party') }} as named
                    inner join {{ ref('party_role') }} as roles on named.role = roles.code and roles.is_accused
                    inner join {{ ref('stg_party') }} as party on {{ names_party('named', 'party') }}
                    where named.record_id = {{ record_id }}
{%- endmacro %}

{#
  Whether a claim of a decision is withdrawn: by its own record, or by a newer one of its source that names all whom it accuses. One party may have two records,
  as the key of a record is the authority as it is written, and the name (0026). Parties are one by their numbers where both have one, else by the name.
#}
{% macro is_withdrawn(decision) -%}
(
        {{ says_withdrawn(decision) }}
        or exists (
            select
            from {{ ref('stg_decision') }} as newer
            where
                newer.decision_id = {{ decision }}.decision_id
                and newer.source = {{ decision }}.source
                and newer.source_time >= {{ decision }}.source_time
                and {{ says_withdrawn('newer') }}
                and (
                    select bool_and(exists(
                        select
                        from ({{ accused_of('newer.record_id') }}) as of_new
                        where coalesce(of_old.number = of_new.number, of_old.name_norm = of_new.name_norm)
                    ))
                    from ({{ accused_of(decision ~ '.record_id') }}) as of_old
                )
        )
    )
{%- endmacro %}

{# Whether a row of canonical.party is of a foreign party; null where it tells neither country nor kind. #}
{% macro is_foreign(party) -%}
case
    when {{ party }}.party_type like 'FOREIGN%' then true
    when {{ party }}.country_code is not null then {{ party }}.country_code not in ('CN', 'HK', 'MO', 'TW')
    when {{ party }}.party_type <> 'UNKNOWN' then false
end
{%- endmacro %}

{# Whether a number, of whatever kind and however written, is the credit code of an individual business: it tells of the person whose business it is (DOMAIN 2.1). #}
{% macro is_of_a_person(number) -%}
coalesce(regexp_replace(upper({{ number }}), '[^0-9A-Z]', '', 'g') ~ '(^92[0-9]{6}[0-9A-Z]{10}|92[0-9]{6}[0-9A-Z]{10}$)', false)
{%- endmacro %}

{# Whether a row of canonical.party is of an individual business: its other numbers are parts of its code, or tell the parts that a mask hides (DOMAIN P07). #}
{% macro is_individual_business(party) -%}
(coalesce({{ party }}.party_type = 'SOLE', false) or {{ is_of_a_person(party ~ '.uscc') }})
{%- endmacro %}

{# A number as people inside an authority may see it (DOMAIN P06). #}
{% macro masked_number(number) -%}
left({{ number }}, 6) || '********' || right({{ number }}, 4)
{%- endmacro %}
