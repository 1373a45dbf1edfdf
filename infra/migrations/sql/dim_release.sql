-- Beside the marts that dbt builds, for a release has no day of publication while it is being built.
create or replace view marts.dim_release as
select release_id, published_at, cause, rows_changed
from ops.release
where state = 'published' and release_id <= (select ops.visible_release());
comment on view marts.dim_release is 'One row per release that is published, up to the one that is read. Time: when we knew is published_at; no event time.';
comment on column marts.dim_release.release_id is 'Number of the release; released_in of every mart is the one that first showed the row as it stands.';
comment on column marts.dim_release.published_at is 'When people could first read it.';
comment on column marts.dim_release.cause is 'Why it was made: admission (records came), rule change (models, contracts or vocabularies changed).';
comment on column marts.dim_release.rows_changed is 'Row versions that it added and removed, over all marts.';
grant select on marts.dim_release to analyst, gate;
