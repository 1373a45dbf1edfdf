{{ surviving_claims(ref('stg_platform_notice'), 'notice_id') }}
