{{ config(
    unique_key='item_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['hs_code']}, {'columns': ['measure_id']}],
    meta={'touched': "{{ touched_by_cases('goods_item', 'item_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_goods_item__surviving') }}
),

final as (
    select
        t.item_id,
        surviving.case_id,
        surviving.body_id,
        surviving.nice_class,
        surviving.hs_code,
        surviving.hs_version,
        surviving.unit_std,
        surviving.value_basis,
        surviving.origin_code,
        surviving.destination_code,
        surviving.transport_mode,
        surviving.trade_mode,
        surviving.description,
        surviving.brand,
        surviving.unit,
        surviving.quantity,
        surviving.value_cny,
        surviving.item_no,
        surviving.measure_id,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (item_id)
)

select * from final
