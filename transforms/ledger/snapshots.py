"""Which snapshot of a slice is its newest, and whether a newer one of the source was admitted."""

from __future__ import annotations

# For a query that names `slices`.
NEWEST_OF_SLICES = """
    select n.*, exists (
        select from ops.delivery d join ops.slice s on s.deliveries @> array[d.delivery_id] and s.state = 'admitted'
        where d.source = n.source and d.mode = 'snapshot' and d.state = 'closed'
            and (coalesce(d.as_of, d.opened_at), d.seq) > (n.as_of, n.seq)) as is_old
    from (
        select distinct on (s.slice_id) s.slice_id, s.source, s.body_id, d.delivery_id, d.seq,
            coalesce(d.as_of, d.opened_at) as as_of
        from ops.slice s join ops.delivery d on d.delivery_id = any(s.deliveries)
        where s.slice_id = any(%(slices)s) and d.mode = 'snapshot'
        order by s.slice_id, coalesce(d.as_of, d.opened_at) desc, d.seq desc
    ) n
"""
