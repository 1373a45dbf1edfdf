{{ config(unique_key=['region_code', 'heir_code', 'valid_from'], indexes=[{'columns': ['heir_code']}]) }}

with walked as (
    select * from {{ ref('int_region__walked') }}
),

final as (
    select
        region_code,
        heir_code,
        region_code = heir_code as is_same,
        lower(during) as valid_from,
        nullif(upper(during), 'infinity') as valid_to,
        false as _gone
    from walked
)

select * from final
