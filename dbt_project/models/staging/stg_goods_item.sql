{{ current_claims(source('canonical', 'goods_item'), source('canonical', 'record')) }}
