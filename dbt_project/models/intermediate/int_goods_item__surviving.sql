{{ surviving_claims(ref('stg_goods_item'), 'item_id', of_one_source=true) }}
