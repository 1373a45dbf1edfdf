"""A source contract as a person would write it: Open Data Contract Standard, one property a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import yaml

from infra.onboard.choices import STATE, bodies
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from infra.onboard.choices import Choices
    from infra.onboard.design import Design
    from infra.onboard.sample import Sample

_BOUNDS: Final = (
    ("quarantined", 10, "A tenth of unusable records means that the layout or the encoding changed."),
    ("findings", 30, "A third of doubtful records means that a column moved."),
)
_USAGE: Final = {
    "snapshot": "A full snapshot, re-sent each time; a record that is missing from a newer one was withdrawn.",
    "incremental": "What is new or changed; a record that comes again replaces the earlier one.",
    "event": "Messages that the body pushes, one a change.",
}


def contract_text(choices: Choices, sample: Sample, made: Design) -> str:
    """Return the text of the contract."""
    return "\n".join((*_head(choices), *_server(choices, sample), *_custom(choices, made), *_schema(choices, made), ""))


def body_name(choices: Choices) -> str:
    """Return what the body is called, or what it is as long as the vocabulary does not name it."""
    known = bodies().get(choices.body or "")
    if known:
        return known["name_zh"]
    kinds = {row["code"]: row["term_zh"] for row in read_vocabulary("body_kind")}
    return kinds.get(choices.kind or "", "") or str(choices.body)


def _head(choices: Choices) -> Iterator[str]:
    name = _flow(f"Records of {choices.body} ({body_name(choices)})")
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {choices.source}"
    yield f"name: {name}"
    yield "version: 1.0.0"
    yield "status: active"
    yield "domain: enforcement"
    yield "description:"
    yield f"  purpose: {_flow(f'Cases of {choices.body}, as its files tell them.')}"
    yield f"  usage: {_flow(_USAGE[choices.mode or 'snapshot'])}"
    yield "  limitations: Proposed from one sample; what other files of this body look like is not known yet."


def _server(choices: Choices, sample: Sample) -> Iterator[str]:
    yield "servers:"
    if choices.mode == "event":
        yield from ("  - server: topic", "    type: kafka", "    format: json", "    host: ${kafka}")
        topic = _flow({"property": "topic", "value": f"casebridge.raw.{choices.source}"})
        yield from ("    customProperties:", f"      - {topic}")
    else:
        yield from (
            "  - server: inbox",
            "    type: local",
            f"    format: {sample.format}",
            f"    path: {choices.source}",
        )
        named = {"sheet": sample.options.sheet, "recordPath": sample.options.record_path}
        options = [_flow({"property": name, "value": value}) for name, value in named.items() if value]
        yield from ("    customProperties:", *(f"      - {option}" for option in options)) if options else ()
    yield from ("slaProperties:", "  - property: frequency", f"    value: {choices.cadence}")


def _custom(choices: Choices, made: Design) -> Iterator[str]:
    yield from ("customProperties:", "  - property: bodyKind", f"    value: {choices.kind}")
    yield from ("  - property: deliveryMode", f"    value: {choices.mode}")
    if made.source_time:
        yield from ("  - property: sourceTime", f"    value: {made.source_time}")
    if choices.mode == "snapshot":
        yield from ("  - property: absenceBrake", "    value: 0.2")
    if choices.word:
        withdrawal = _flow({"field": STATE, "value": choices.word, "otherwise": [*choices.stands]})
        yield from ("  - property: withdrawal", f"    value: {withdrawal}")
    ignored = [one for one in made.placed if one.fate == "ignored"]
    if ignored:
        yield from ("  - property: ignore", "    value:")
        for one in ignored:
            yield f"      # {one.ignored}"
            yield f"      - {_flow(one.column.label)}"
    yield from ("  - property: claims", "    value:")
    for claim in made.claims:
        first, *rest = claim.items()
        yield f"      - {first[0]}: {_flow(first[1])}"
        yield from (f"        {name}: {_flow(value)}" for name, value in rest)


def _schema(choices: Choices, made: Design) -> Iterator[str]:
    yield from ("schema:", f"  - name: {choices.source}", "    dataGranularityDescription: One row per record key.")
    yield "    quality:"
    for metric, most, why in _BOUNDS:
        bound = {"metric": metric, "unit": "percent", "mustBeLessOrEqualTo": most, "severity": "stop"}
        yield f"      - {_flow({**bound, 'description': why})}"
    yield "    properties:"
    for label, reading in made.readings:
        described: dict[str, Any] = {"name": reading.field, "physicalName": label, "transformLogic": reading.cleaner}
        if reading.field in made.key:
            described["required"] = True
        described["classification"] = reading.classification
        if reading.field in made.key:
            described |= {"primaryKey": True, "primaryKeyPosition": made.key.index(reading.field) + 1}
        yield f"      - {_flow({**described, 'description': reading.description})}"


def _flow(value: object) -> str:
    """Write a value on one line."""
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()
