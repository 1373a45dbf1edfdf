"""Which snapshot of a slice is its newest, and whether a newer one of the source was admitted."""

from __future__ import annotations

# For a query that names `slices`.
NEWEST_OF_SLICES = """
    select n.*, coalesce((
        select (coalesce(d.as_of, d.opened_at), d.seq) > (n.as_of, n.seq)
        from ops.delivery d
        where d.source = n.source and d.mode = 'snapshot' and d.state = 'closed' and exists (
            select from ops.slice s where s.deliveries @> array[d.delivery_id] and s.state = 'admitted')
        order by coalesce(d.as_of, d.opened_at) desc, d.seq desc limit 1), false) as is_old
    from (
        select distinct on (s.slice_id) s.slice_id, s.source, s.body_id, d.delivery_id, d.seq,
            coalesce(d.as_of, d.opened_at) as as_of
        from ops.slice s join ops.delivery d on d.delivery_id = any(s.deliveries)
        where s.slice_id = any(%(slices)s) and d.mode = 'snapshot'
        order by s.slice_id, coalesce(d.as_of, d.opened_at) desc, d.seq desc
    ) n
"""
