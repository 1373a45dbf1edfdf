{{ config(
    unique_key=['body_id', 'case_type', 'region_code', 'opened_month'],
    indexes=[{'columns': ['opened_month']}],
    meta={'touched': "{{ touched_by_model('fct_case', 'case_id') }}",
          'shown': 'not is_secret or cases >= 5',
          'withheld': {'ip_cases': 'is_secret and ip_cases not between 5 and cases - 5', 'closed_cases': 'is_secret and closed_cases not between 5 and cases - 5', 'goods_value_cny': 'is_secret', 'illegal_turnover_cny': 'is_secret'}}
) }}
{%- set key = 'body_id, case_type, region_code, opened_month' %}

-- Secret cases are counted by province and year, so that no cell is one investigation, and readers see of them no smaller part (DOMAIN P11, P21).
with changes as (
    select
        sign,
        body_id,
        coalesce(case_type, 'NONE') as case_type,
        coalesce(case when security_class = 'CASE_SECRET' then rpad(left(region_code, 2), 6, '0') else region_code end, 'UNKNOWN') as region_code,
        case
            when security_class = 'CASE_SECRET' then coalesce(to_char(coalesce(filed_on, decided_on), 'YYYY'), 'UNKNOWN YEAR')
            else coalesce(to_char(coalesce(filed_on, decided_on), 'YYYY-MM'), 'UNKNOWN')
        end as opened_month,
        coalesce(security_class = 'CASE_SECRET', false) as is_secret,
        is_ip,
        stage,
        goods_value_cny,
        illegal_turnover_cny
    from {{ delta(ref('fct_case')) }} as d
),

summed as (
    select
        {{ key }},
        bool_or(is_secret) as is_secret,
        sum(sign) as cases,
        sum(sign) filter (where is_ip) as ip_cases,
        sum(sign) filter (where stage = 'CLOSED') as closed_cases,
        sum(sign * goods_value_cny) as goods_value_cny,
        sum(sign * illegal_turnover_cny) as illegal_turnover_cny
    from changes
    group by {{ key }}
),

had as (
    select * from {{ previous() }} as p
),

final as (
    select
        {{ key }},
        summed.is_secret,
        (coalesce(had.cases, 0) + summed.cases)::bigint as cases,
        (coalesce(had.ip_cases, 0) + coalesce(summed.ip_cases, 0))::bigint as ip_cases,
        (coalesce(had.closed_cases, 0) + coalesce(summed.closed_cases, 0))::bigint as closed_cases,
        coalesce(had.goods_value_cny, 0) + coalesce(summed.goods_value_cny, 0) as goods_value_cny,
        coalesce(had.illegal_turnover_cny, 0) + coalesce(summed.illegal_turnover_cny, 0) as illegal_turnover_cny,
        coalesce(had.cases, 0) + summed.cases = 0 as _gone
    from summed
    left join had using ({{ key }})
)

select * from final
