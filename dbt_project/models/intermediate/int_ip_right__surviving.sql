{{ surviving_claims(ref('stg_ip_right'), 'right_id', told_by_any=['recordal_no', 'recorded_on', 'recordal_expires_on'], told_with='recordal_no') }}
