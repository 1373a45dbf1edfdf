{{ current_claims(source('canonical', 'platform_notice'), source('canonical', 'record')) }}
