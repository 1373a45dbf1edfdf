with reference_names as (
    select other_agency_name as agency_name from {{ ref('stg_case_reference') }}
),

transfer_names as (
    select from_agency_name as agency_name from {{ ref('stg_transfer') }}
    union all
    select to_agency_name as agency_name from {{ ref('stg_transfer') }}
),

referred as (
    select agency_name
    from {{ touched() }}
    inner join reference_names using (agency_name)
    union
    select agency_name
    from {{ touched() }}
    inner join transfer_names using (agency_name)
)

select * from referred
