with named as (
    select
        agency_name,
        name_zh,
        coalesce(valid_to, 'infinity') as ended_on
    from {{ ref('int_agency__named') }}
),

forms as (
    select * from {{ ref('agency_form') }}
),

regions as (
    select
        region_code,
        name_zh,
        province_zh,
        province_code,
        prefecture_code,
        case when level = 'PROVINCE' and name_zh like '%市' then 'MUNICIPALITY' else level end as level,
        valid_from,
        coalesce(valid_to, 'infinity') as valid_to
    from {{ ref('region') }}
),

offices as (
    select
        office.name_zh,
        office.customs_district,
        district.term_zh as parent_name_zh
    from {{ ref('customs_office') }} as office
    inner join {{ ref('customs_district') }} as district on office.customs_district = district.code
    union all
    select
        district.term_zh,
        district.code,
        head.name_zh
    from {{ ref('customs_district') }} as district
    left join {{ ref('body') }} as head on head.body_id = 'gacc'
),

-- Each region beside the one around it, while both last; the cities of the Xinjiang corps (6590) are coded under the region and answer to the corps.
nested as (
    select
        inside.name_zh,
        inside.province_zh,
        inside.level,
        coalesce(around.name_zh, '') as parent_zh,
        case
            when inside.level in ('PROVINCE', 'MUNICIPALITY') then 'NATIONAL'
            when inside.region_code not like '6590%' then around.level
        end as parent_level,
        greatest(inside.valid_from, around.valid_from) as valid_from,
        least(inside.valid_to, around.valid_to) as valid_to
    from regions as inside
    left join regions as around
        on
            coalesce(nullif(inside.prefecture_code, inside.region_code), inside.province_code) = around.region_code
            and inside.region_code <> around.region_code
            and inside.valid_from < around.valid_to
            and inside.valid_to > around.valid_from
),

-- A name says the place alone, or behind the larger ones that it is in.
places as (
    select
        nested.*,
        larger.prefix || nested.name_zh as place
    from nested
    cross join lateral unnest(array['', nested.parent_zh, nested.province_zh, nested.province_zh || nested.parent_zh]) as larger (prefix)
),

placed as (
    select
        named.agency_name,
        named.name_zh,
        coalesce(case when above.names_province then places.province_zh else '' end || places.parent_zh || above.form, '') as parent_name_zh,
        rank() over (
            partition by named.agency_name, named.name_zh
            order by least(places.valid_to, named.ended_on) desc
        ) as nearness
    from named
    inner join forms on right(named.name_zh, length(forms.form)) = forms.form
    inner join places
        on
            left(named.name_zh, -length(forms.form)) = places.place
            and forms.level = places.level
            and named.ended_on > places.valid_from
    left join forms as above
        on
            forms.authority = above.authority
            and places.parent_level = above.level
            and string_to_array(forms.reports_to, ';') @> array[above.level]
),

-- A place that may be one of several has no parent, unless they share it.
parents as (
    select
        agency_name,
        name_zh,
        nullif(min(parent_name_zh), '') as parent_name_zh
    from placed
    where nearness = 1
    group by agency_name, name_zh
    having count(distinct parent_name_zh) = 1
),

final as (
    select
        named.agency_name,
        named.name_zh,
        offices.customs_district,
        coalesce(offices.parent_name_zh, parents.parent_name_zh) as parent_name_zh
    from named
    left join offices on regexp_replace(named.name_zh, '^中华人民共和国', '') = offices.name_zh
    left join parents on named.agency_name = parents.agency_name and named.name_zh = parents.name_zh
)

select * from final
