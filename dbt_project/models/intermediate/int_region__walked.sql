with recursive spans as (
    select
        region_code,
        prefecture_code,
        successors,
        valid_from,
        coalesce(valid_to, 'infinity') as valid_to,
        coalesce(lead(valid_from) over (partition by region_code order by valid_from), 'infinity') as next_from
    from {{ ref('region') }}
),

-- What took over when a code ended, until it was used again. A code with a year in brackets took a part only, and is no heir;
-- of a prefecture without one, what became of its counties became of it.
edges as (
    select
        spans.region_code,
        named.successor,
        spans.valid_to as since,
        spans.next_from as until
    from spans
    cross join lateral regexp_split_to_table(spans.successors, ';') as named (successor)
    where spans.valid_to < spans.next_from and named.successor ~ '^[0-9]{6}$'
    union all
    select
        spans.region_code,
        counties.region_code as successor,
        spans.valid_to as since,
        spans.next_from as until
    from spans
    inner join spans as counties
        on
            spans.region_code = counties.prefecture_code
            and spans.region_code <> counties.region_code
            and spans.valid_to > counties.valid_from
            and spans.valid_to <= counties.valid_to
    where spans.valid_to < spans.next_from and coalesce(spans.successors, '') !~ '(^|;)[0-9]{6}(;|$)'
),

walked as (
    select
        region_code,
        region_code as heir_code,
        '-infinity'::date as since,
        'infinity'::date as until,
        array[region_code] as path
    from (select distinct spans.region_code from spans) as codes
    union all
    select
        walked.region_code,
        edges.successor as heir_code,
        greatest(walked.since, edges.since) as since,
        least(walked.until, edges.until) as until,
        walked.path || edges.successor as path
    from walked
    inner join edges on walked.heir_code = edges.region_code
    where greatest(walked.since, edges.since) < least(walked.until, edges.until) and edges.successor <> all(walked.path)
),

held as (
    select
        walked.region_code,
        walked.heir_code,
        daterange(greatest(walked.since, spans.valid_from), least(walked.until, spans.valid_to)) as during
    from walked
    inner join spans
        on
            walked.heir_code = spans.region_code
            and greatest(walked.since, spans.valid_from) < least(walked.until, spans.valid_to)
)

-- Several ways may lead to one heir, and one code may have had several names.
select
    region_code,
    heir_code,
    unnest(range_agg(during)) as during
from held
group by region_code, heir_code
