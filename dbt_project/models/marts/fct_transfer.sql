{{ config(
    unique_key='transfer_id',
    indexes=[{'columns': ['from_case_id']}, {'columns': ['to_case_id']}, {'columns': ['transfer_type', 'sent_on']}, {'columns': ['from_case_no']}, {'columns': ['to_case_no']}, {'columns': ['from_agency_name']}, {'columns': ['to_agency_name']}],
    meta={'touched': "{{ touched_by_claims('transfer', 'transfer_id') }} union {{ touched_by_numbers('transfer_id', 'from_case_no') }} union {{ touched_by_numbers('transfer_id', 'to_case_no') }} union {{ touched_by_authorities('transfer_id', 'from_agency_name') }} union {{ touched_by_authorities('transfer_id', 'to_agency_name') }}"}
) }}

with surviving as (
    select * from {{ ref('int_transfer__surviving') }}
),

sender as (
    {{ only_cases_numbered('surviving', 'transfer_id', 'from_case_no', 'to_case_id', 'from_agency_name', 'asked.from_agency_uscc') }}
),

receiver as (
    {{ only_cases_numbered('surviving', 'transfer_id', 'to_case_no', 'from_case_id', 'to_agency_name', 'asked.to_agency_uscc') }}
),

-- A case that the record is about is known by its id, the other one by its number.
final as (
    select
        t.transfer_id,
        surviving.body_id,
        coalesce(surviving.from_case_id, sender.case_id) as from_case_id,
        coalesce(surviving.to_case_id, receiver.case_id) as to_case_id,
        surviving.transfer_type,
        surviving.transfer_outcome,
        surviving.from_region_code,
        surviving.to_region_code,
        surviving.transfer_doc_no,
        surviving.from_case_no,
        surviving.to_case_no,
        surviving.from_agency_name,
        surviving.from_agency_uscc,
        surviving.to_agency_name,
        surviving.to_agency_uscc,
        surviving.reject_reason,
        surviving.approved_on,
        surviving.sent_on,
        surviving.acknowledged_on,
        surviving.decided_on,
        surviving.reply_due_on,
        surviving.replied_on,
        left(surviving.from_region_code, 2) <> left(surviving.to_region_code, 2) as is_cross_province,
        surviving.replied_on <= surviving.reply_due_on as is_replied_in_time,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (transfer_id)
    left join sender using (transfer_id)
    left join receiver using (transfer_id)
)

select * from final
