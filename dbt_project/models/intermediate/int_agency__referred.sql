-- By one claim each, found by the index of its first 300 characters, and no name is longer: how often a name is printed costs nothing. A step of its own
-- would be computed whole.
with referred as (
    select t.agency_name
    from {{ touched() }} as t
    where
        exists (
            select
            from {{ ref('stg_case_reference') }} as stg
            where left(stg.other_agency_name, 300) = left(t.agency_name, 300)
        )
        or exists (
            select
            from {{ ref('stg_transfer') }} as stg
            where left(stg.from_agency_name, 300) = left(t.agency_name, 300)
        )
        or exists (
            select
            from {{ ref('stg_transfer') }} as stg
            where left(stg.to_agency_name, 300) = left(t.agency_name, 300)
        )
)

select * from referred
