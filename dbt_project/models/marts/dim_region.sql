{{ config(unique_key=['region_code', 'valid_from'], indexes=[{'columns': ['province_code']}]) }}

with regions as (
    select * from {{ ref('region') }}
),

final as (
    select
        region_code,
        province_code,
        prefecture_code,
        successors,
        level,
        name_zh,
        province_zh,
        valid_to is null as is_current,
        valid_from,
        valid_to,
        false as _gone
    from regions
)

select * from final
