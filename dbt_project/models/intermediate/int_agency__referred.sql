-- By one claim each, found by the index of its column: how often a name is printed costs nothing. A step of its own would be computed whole.
with referred as (
    select t.agency_name
    from {{ touched() }} as t
    where
        exists (
            select
            from {{ ref('stg_case_reference') }} as stg
            where stg.other_agency_name = t.agency_name
        )
        or exists (
            select
            from {{ ref('stg_transfer') }} as stg
            where stg.from_agency_name = t.agency_name
        )
        or exists (
            select
            from {{ ref('stg_transfer') }} as stg
            where stg.to_agency_name = t.agency_name
        )
)

select * from referred
