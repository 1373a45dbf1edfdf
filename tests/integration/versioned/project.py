"""The small dbt project of these tests: the macros of the warehouse, and three models that depend on each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from transforms.model.invoke import PROJECT

FCT_ITEM = """
{{ config(unique_key='item_id', indexes=[{'columns': ['grp', 'tier']}],
          meta={'touched': "{{ touched_by_claims('item', 'item_id') }}"}, post_hook="select test.spring('fct_item')") }}
with surviving as (
    select distinct on (item.item_id) item.*
    from {{ touched() }} join canonical.item using (item_id) join canonical.record using (record_id)
    where {{ is_current('record') }}
    order by item.item_id, item.source, item.record_id desc
)
select item_id, surviving.grp, surviving.tier, surviving.amount * rule.factor as amount,
    surviving.item_id is null as _gone
from {{ touched() }} left join surviving using (item_id) cross join test.rule
"""
FCT_PART = """
{{ config(unique_key=['item_id', 'part no'],
          meta={'touched': "{{ touched_by_model('fct_item', 'item_id') }}"},
          post_hook="select test.spring('fct_part')") }}
with wanted as (
    select item_id, part as "part no", item.grp, item.amount
    from {{ touched() }} join {{ current(ref('fct_item')) }} as item using (item_id)
    cross join generate_series(1, item.amount::integer % 4) as part
), had as (
    select item_id, "part no" from {{ touched() }} join {{ previous() }} as p using (item_id)
)
select item_id, "part no", wanted.grp, wanted.amount / 3 as share, wanted.item_id is null as _gone
from wanted full join had using (item_id, "part no")
"""
AGG_GROUP = """
{{ config(unique_key=['grp', 'tier'],
          meta={'touched': "{{ touched_by_model('fct_item', ['grp', 'tier']) }}"},
          post_hook="select test.spring('agg_group')") }}
with change as (
    select grp, tier, sum(sign)::bigint as items, sum(sign * amount) as amount
    from {{ delta(ref('fct_item')) }} as d group by grp, tier
)
select grp, tier, coalesce(had.items, 0) + change.items as items, coalesce(had.amount, 0) + change.amount as amount,
    coalesce(had.items, 0) + change.items = 0 as _gone
from change left join {{ previous() }} as had using (grp, tier)
"""
# What the three models mean, computed from nothing.
PLAIN = {
    "fct_item": """
        select item_id, grp, tier, (amount * factor)::numeric(18,2) as amount from (
            select distinct on (item_id) i.* from canonical.item i join canonical.record r using (record_id)
            where r.admission_id in (select * from test.taken) and not r.is_withdrawal
                and r.superseded_in not in (select * from test.taken) is not false
                and r.withdrawn_in not in (select * from test.taken) is not false
            order by item_id, source, i.record_id desc) as s, test.rule""",
    "fct_part": """
        select item_id, part as "part no", grp, (amount / 3)::numeric(18,6) as share
        from ({fct_item}) as i cross join generate_series(1, amount::integer % 4) as part""",
    "agg_group": """
        select grp, tier, count(*) as items, sum(amount)::numeric(18,2) as amount
        from ({fct_item}) as i group by grp, tier""",
}
COLUMNS = {
    "fct_item": {"item_id": "text", "grp": "text", "tier": "integer", "amount": "numeric(18,2)"},
    "fct_part": {"item_id": "text", "part no": "integer", "grp": "text", "share": "numeric(18,6)"},
    "agg_group": {"grp": "text", "tier": "integer", "items": "bigint", "amount": "numeric(18,2)"},
}
MODELS = {"fct_item": FCT_ITEM, "fct_part": FCT_PART, "agg_group": AGG_GROUP}


def write_project(
    folder: Path, models: dict[str, str] | None = None, columns: dict[str, dict[str, str]] | None = None
) -> Path:
    """Write a project with the macros of the warehouse; a model given here replaces the one of that name."""
    (folder / "models" / "marts").mkdir(parents=True, exist_ok=True)
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    settings |= {"macro-paths": [str(PROJECT / "macros")], "seed-paths": ["seeds"]}
    settings["vars"]["retired_range"] = 4
    del settings["seeds"]
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings), "utf-8")
    shutil.copy(PROJECT / "profiles.yml", folder)
    for name, query in (MODELS | (models or {})).items():
        (folder / "models" / "marts" / f"{name}.sql").write_text(query, "utf-8")
    documents = [_describe(name, types) for name, types in (COLUMNS | (columns or {})).items()]
    (folder / "models" / "marts" / "models.yml").write_text(
        yaml.safe_dump({"version": 2, "models": documents}), "utf-8"
    )
    return folder


def _describe(name: str, types: dict[str, str]) -> dict[str, object]:
    described = [
        {"name": column, "data_type": kind, "quote": True, "description": column, "constraints": [{"type": "not_null"}]}
        for column, kind in types.items()
    ]
    return {"name": name, "description": name, "columns": described}
