{{ config(
    unique_key=['decision_id', 'basis'],
    indexes=[{'columns': ['law_code', 'article']}],
    meta={'touched': "{{ touched_by_claims('decision_legal_basis', ['decision_id', 'basis']) }}"}
) }}

with recursive surviving as (
    select * from {{ ref('int_decision_legal_basis__surviving') }}
),

roles as (
    select * from {{ ref('provision_role') }}
),

versioned_laws as (
    select law_code from {{ ref('law') }}
    where version is not null
),

infringements as (
    select * from {{ ref('infringement_type') }}
),

successions as (
    select * from {{ ref('law_article') }}
),

traced as (
    select
        law_code,
        successor_version as version,
        successor_article as article,
        version as earlier_version,
        article as earlier_article,
        1 as steps
    from successions
    union all
    select
        traced.law_code,
        traced.version,
        traced.article,
        successions.version as earlier_version,
        successions.article as earlier_article,
        traced.steps + 1 as steps
    from traced
    inner join
        successions
        on
            traced.law_code = successions.law_code
            and traced.earlier_version = successions.successor_version
            and traced.earlier_article = successions.successor_article
),

earliest as (
    select distinct on (law_code, version, article)
        law_code,
        version,
        article,
        earlier_version,
        earlier_article
    from traced
    order by law_code, version, article, steps desc
),

parts as (
    select
        t.decision_id,
        t.basis,
        surviving.body_id,
        surviving.basis_role,
        nullif(split_part(t.basis, '/', 1), '') as law_code,
        nullif(split_part(t.basis, '/', 2), '') as law_version,
        nullif(split_part(t.basis, '/', 3), '') as article,
        nullif(split_part(t.basis, '/', 4), '') as paragraph,
        nullif(split_part(t.basis, '/', 5), '') as item,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (decision_id, basis)
),

followed as (
    select
        parts.decision_id,
        parts.basis,
        parts.body_id,
        coalesce(parts.basis_role, roles.basis_role) as basis_role,
        parts.law_code,
        parts.law_version,
        parts.article,
        parts.paragraph,
        parts.item,
        case
            when parts.article is null then null
            -- Of a law that has versions the number alone may be of any of them.
            when parts.law_version is null and parts.law_code in (select versioned_laws.law_code from versioned_laws) then null
            else concat_ws('/', parts.law_code, coalesce(earliest.earlier_version, parts.law_version, ''), coalesce(earliest.earlier_article, parts.article))
        end as lineage,
        parts._gone
    from parts
    left join
        roles
        on parts.law_code = roles.law_code and parts.law_version is not distinct from roles.version and parts.article = roles.article
    left join
        earliest
        on parts.law_code = earliest.law_code and parts.law_version = earliest.version and parts.article = earliest.article
),

final as (
    select
        followed.*,
        infringements.code as infringement_type
    from followed
    left join infringements on infringements.provision = concat_ws('//', followed.lineage, followed.item)
)

select * from final
