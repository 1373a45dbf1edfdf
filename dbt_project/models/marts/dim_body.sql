{{ config(unique_key='body_id') }}

with bodies as (
    select * from {{ ref('body') }}
),

kinds as (
    select * from {{ ref('body_kind') }}
),

final as (
    select
        bodies.body_id,
        bodies.body_kind,
        bodies.region_code,
        bodies.level,
        bodies.uscc,
        bodies.name_zh,
        bodies.name_en,
        kinds.term_zh as kind_zh,
        kinds.term_en as kind_en,
        bodies.valid_from,
        bodies.valid_to,
        false as _gone
    from bodies
    left join kinds on bodies.body_kind = kinds.code
)

select * from final
