"""What is left to a person before a new source may deliver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from infra.onboard.choices import STATE, bodies
from infra.onboard.labels import first_filled, readings_of
from infra.onboard.personal import shown_words
from infra.onboard.propose import NAMELESS, WITHHELD
from infra.onboard.write import body_name
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from infra.onboard.choices import Choices
    from infra.onboard.design import Design
    from infra.onboard.sample import Sample
    from infra.onboard.trial import Trial

SEVERAL: Final = (
    "some cells hold several parties, which are one party as it stands: read the names, and the codes beside them, by "
    "parts(of=…), and let the claim of the party say `each` (schemas/README.md)"
)
NUMBERED: Final = (
    "two authorities may give one number, and the key holds none: name agency_key in --key, or say numberedBy: body in "
    "the contract where the body numbers for all"
)
UNNAMED: Final = (
    "two authorities may give one number, and no column names them: say numberedBy: body in the contract where the "
    "body numbers for all, or agency_name as a constant of the case where one authority gives them all"
)


def steps(sample: Sample, choices: Choices, made: Design, trial: Trial) -> Iterator[str]:
    """Yield what is left to a person, in order."""
    if choices.body not in bodies():
        row = f"{choices.body},{choices.kind},{body_name(choices)},…"
        columns = ",".join(next(iter(bodies().values())))
        yield f"name the body in schemas/vocabularies/body.csv ({columns}): {row}"
    yield from _of_columns(sample, choices, made)
    if _lacks_authority(made):
        yield NUMBERED if any(reading.field == "agency_name" for _, reading in made.readings) else UNNAMED
    yield from _of_states(choices, made, trial)
    yield from _of_values(choices.kind or "", trial)
    yield "read the contract: what it proposes was never seen by a person"
    yield "read expected.jsonl beside its raw file, then set `reviewed` in its first line to true"
    if choices.mode == "event":
        yield f"have the body send to the topic of the contract, casebridge.raw.{choices.source}"
    else:
        yield f"casebridge deliver FILE --source {choices.source} --dry-run"
    yield f"casebridge source release {choices.source}, once its body relies on it: nothing guards a contract before"


def _of_columns(sample: Sample, choices: Choices, made: Design) -> Iterator[str]:
    for label, places in sample.twice.items():
        columns = " and ".join(map(str, places))
        yield f"ask the body to name columns {columns} apart: each is called {label}, so none of them is read"
    unmapped = [f"{one.column.label} ({one.why_not})" for one in made.placed if one.fate == "unmapped"]
    if unmapped:
        yield f"map (--map 'label=field:cleaner') or ignore (--ignore label): {', '.join(unmapped)}"
    if fuller := list(_fuller(choices.kind or "", made)):
        yield f"where a column is what a label of the vocabulary says, map it to that: {', '.join(fuller)}"
    withheld = [one.column.label for one in made.placed if one.ignored == WITHHELD]
    if withheld:
        yield f"look at the values of {', '.join(withheld)}: one of them looks personal, so none is read"
    nameless = [one.column.label for one in made.placed if one.ignored == NAMELESS]
    if nameless:
        yield f"map or ignore {', '.join(nameless)}: nobody has named them, and they are not read for their looks"


def _of_values(kind: str, trial: Trial) -> Iterator[str]:
    if any(finding.endswith(":several_parties") for finding in trial.findings):
        yield SEVERAL
    yield from _untold(kind, trial)
    if trial.to_come:
        yield f"in {trial.to_come} records decided_on has not come yet: make sure that the column tells it"
    if trial.unmapped_terms:
        yield "give the unmapped terms a code in schemas/vocabularies"


def _fuller(kind: str, made: Design) -> Iterator[str]:
    """Yield what would let a column that was mapped to one field fill all that a known label fills."""
    filled = {reading.field for _, reading in made.readings}
    for one in made.placed:
        label = one.column.label
        if not one.readings or readings_of(label, kind):
            continue
        for known, readings in first_filled(one.readings[0].field, kind):
            if missing := [reading.field for reading in readings if reading.field not in filled]:
                yield f"--map '{label}={known}' (it fills {', '.join(missing)} too)"


def _untold(kind: str, trial: Trial) -> Iterator[str]:
    if trial.untold:
        yield f"no record tells {', '.join(trial.untold)}: map the column that does, or say it as a constant of a claim"
    is_told_by_words = any(row["case_type"] and row["body_kind"] == kind for row in read_vocabulary("ip_basis"))
    if "case_type" in trial.untold and is_told_by_words:
        filled = f"case_type:ip_case_type(body_kind={kind})"
        yield f"a column of laws or causes tells case_type: --map 'label={filled}', beside what else it is mapped to"


def _of_states(choices: Choices, made: Design, trial: Trial) -> Iterator[str]:
    if not choices.word:
        return
    label = next(label for label, reading in made.readings if reading.field == STATE)
    if trial.unknown_states:
        words = shown_words(trial.unknown_states)
        yield f"{label} says {words}, of which nobody has told whether they withdraw (--withdrawn) or stand (--stands)"
    if not trial.withdrawals:
        yield f"no record of the sample says {choices.word} in {label}: make sure that the body writes it like that"


def _lacks_authority(made: Design) -> bool:
    """Say whether the key holds a number that an authority gives, and not the authority."""
    cleaners = {reading.field: reading.cleaner for _, reading in made.readings}
    of_key = {cleaners[name] for name in made.key}
    return "doc_no" in of_key and "agency_key" not in of_key
