{{ config(unique_key=['vocabulary', 'code']) }}

{% set vocabularies = [
    'assistance_direction', 'assistance_request_type', 'assistance_status', 'body_kind', 'case_link_type', 'case_type', 'change_cause', 'charge',
    'check_status', 'complaint_kind', 'complaint_outcome', 'country', 'currency', 'customs_district', 'customs_procedure', 'date_precision',
    'detection_method', 'detention_mode', 'disposition', 'event_type', 'id_type', 'indicator', 'infringement_type', 'institution_type',
    'intake_channel', 'ip_right_type', 'jurisdiction_level', 'lead_source', 'legal_basis_role', 'link_method', 'location_type', 'measure_outcome',
    'measure_type', 'notice_kind', 'outcome', 'party_role', 'party_type', 'procedure', 'refusal_ground', 'right_register', 'right_status',
    'sanction_type', 'security_class', 'seizure_action', 'stage', 'trade_mode', 'transfer_outcome', 'transfer_type', 'transport_mode', 'unit_std',
    'value_basis', 'yes_no'
] %}

with final as (
    {% for name in vocabularies %}
        select
            '{{ name }}'::text as vocabulary,
            code,
            term_zh,
            term_en,
            valid_from,
            valid_to,
            false as _gone
        from {{ ref(name) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
