{{ surviving_claims(ref('stg_goods_item'), 'item_id') }}
