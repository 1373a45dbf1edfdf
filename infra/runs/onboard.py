"""From a sample of a file to a contract and its golden pair; nothing of a running stack is read or changed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.onboard.choices import SENDER, Choices, Question, settled, unanswered
from infra.onboard.draft import Draft
from infra.onboard.made_up import FEWEST, MOST, made_up_rows
from infra.onboard.pair import raw_half
from infra.onboard.personal import shape
from infra.onboard.profile import profile
from infra.onboard.sample import by_option, read_sample
from infra.onboard.steps import steps
from infra.onboard.trial import Trial, envelope_value, normalise_values, outcomes, try_out
from infra.onboard.write import contract_text
from schemas.contracts import SourceContract, read_source
from transforms.collect.delivered import read_delivered
from transforms.collect.finding import told
from transforms.collect.vault import Loose
from transforms.errors import ContractBroken, DeliveryRefused, Terminal

if TYPE_CHECKING:
    from infra.onboard.design import Design
    from infra.onboard.propose import Placed, Said
    from infra.onboard.sample import Sample

ROOT: Final = Path(__file__).resolve().parents[2]
Ask = Callable[[Question], str]
Json = dict[str, Any]


@dataclass(frozen=True)
class Proposed:
    """A source as it would be written, and what its sample would become."""

    sample: Sample
    choices: Choices
    made: Design
    contract: str
    raw: tuple[str, str]
    expected: str
    trial: Trial

    @property
    def files(self) -> Mapping[str, str]:
        """Return the text of each file by its place in a checkout."""
        source, golden = self.choices.source, f"tests/golden/{self.choices.source}"
        name, text = self.raw
        return {
            f"schemas/sources/{self.choices.body}/{source}.odcs.yaml": self.contract,
            f"{golden}/{name}": text,
            f"{golden}/expected.jsonl": self.expected,
        }

    @property
    def next_steps(self) -> tuple[str, ...]:
        """Return what is left to a person, in order."""
        return tuple(steps(self.sample, self.choices, self.made, self.trial))

    def to_dict(self) -> Json:
        """Return the profile, what becomes of each column, and the trial as plain JSON values."""
        sample = self.sample
        return {
            "source": self.choices.source,
            "body": self.choices.body,
            "kind": self.choices.kind,
            "encoding": sample.encoding,
            "format": sample.format,
            "header_row": sample.header_row,
            "nameless_columns": sample.nameless,
            "labels_that_stand_twice": sample.twice,
            "columns": described(self.made.placed),
            "trial": self.trial.to_dict(),
            "next": list(self.next_steps),
        }


def begin_source(
    path: Path, choices: Choices, said: Said, sheet: str = "", record_path: str = "", ask: Ask | None = None
) -> Draft:
    """Profile a sample; what is said about it is checked, and who sends it is asked: what columns are hangs on it."""
    if not path.is_file():
        raise Terminal("there is no such file", told(path.name), "check the path")
    sample = read_sample(path, sheet, record_path)
    draft = Draft(path, sample, profile(sample), settled(choices), said)
    while ask and (questions := draft.questions()) and questions[0].option in SENDER:
        draft = _answered(draft, questions[0], ask)
    return draft


def propose_source(draft: Draft, golden_rows: int, ask: Ask | None) -> Proposed:
    """Propose contract and golden pair; `ask` answers what nobody has told, without it that is an error."""
    if not FEWEST <= golden_rows <= MOST:
        remedy = f"say {FEWEST} to {MOST}: the golden test reads them line by line"
        raise ContractBroken(f"{golden_rows} golden rows", "--golden-rows", remedy)
    # What a column is comes first: it may hold amounts without a unit, or be the key.
    if ask is not None:
        for question in draft.undecided():
            draft = _answered(draft, question, ask)
        draft.made()
    while questions := draft.questions() or (draft.lost() if ask else []):
        if ask is None:
            raise unanswered(questions)
        draft = _answered(draft, questions[0], ask)
    return _proposed(draft, draft.made(), golden_rows)


def _answered(draft: Draft, question: Question, ask: Ask) -> Draft:
    """Ask until the answer can be used."""
    asked = question
    while True:
        try:
            return draft.answered(question, ask(asked))
        except ContractBroken as error:
            asked = replace(question, asks=f"{error.what}: {error.remedy}\n{question.asks}")


def _proposed(draft: Draft, made: Design, golden_rows: int) -> Proposed:
    sample, choices = draft.sample, draft.choices
    text = contract_text(choices, sample, made)
    contract = _read(text, choices)
    if not contract.is_pushed:
        _check_delivery(contract, draft.path)
    rows = made_up_rows(sample, made, choices, golden_rows)
    staged = normalise_values(contract, (envelope_value(contract, row) for row in rows))
    lines = [json.dumps(line, ensure_ascii=False) for line in ({"reviewed": False}, *outcomes(staged))]
    records = [dict(zip(sample.labels, row, strict=True)) for row in sample.rows]
    raw = raw_half(sample, rows, is_pushed=contract.is_pushed)
    trial = try_out(contract, records, datetime.now(UTC))
    return Proposed(sample, choices, made, text, raw, "\n".join(lines) + "\n", trial)


def _check_delivery(contract: SourceContract, path: Path) -> None:
    """Check a sample as a delivery of it is; raises DeliveryRefused for what none would take."""
    try:
        rows, _ = read_delivered(contract, Loose(path))
        rows.check(lambda _: None)
    except DeliveryRefused as error:
        raise by_option(error) from error


def _read(text: str, choices: Choices) -> SourceContract:
    """Read the contract as every command will, from a folder named for its body."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / str(choices.body) / f"{choices.source}.odcs.yaml"
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        return read_source(path)


def write_source(proposed: Proposed, out: Path) -> list[Path]:
    """Write all files into a checkout, or none; raises Terminal where one is there already."""
    paths = {out / name: text for name, text in proposed.files.items()}
    if there := [path for path in paths if path.exists()]:
        where = there[0].relative_to(out).as_posix()
        raise Terminal(f"{proposed.choices.source} is there already", where, "remove it, or name another --source")
    with ExitStack() as undo:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            undo.callback(path.unlink, missing_ok=True)
            path.write_text(text, "utf-8", newline="")
        undo.pop_all()
    return list(paths)


def described(placed: Sequence[Placed]) -> list[Json]:
    """Return each column, what becomes of it and why, with harmless examples."""
    return [_described(one) for one in placed]


def _described(one: Placed) -> Json:
    column = one.column
    hidden = any(reading.classification not in ("PUBLIC", "PI_NONE") for reading in one.readings)
    examples = [shape(value) if hidden else value for value in column.examples]
    return {
        "column": column.label,
        "type": column.kind,
        "filled": column.filled,
        "distinct": column.distinct,
        "becomes": one.fate,
        "fields": [f"{r.field}: {r.cleaner}" for r in one.readings],
        "classification": ", ".join(dict.fromkeys(r.classification for r in one.readings)),
        "why": one.ignored or one.why_not,
        "candidates": [f"{r.field}:{r.cleaner}" for r in one.candidates],
        "examples": examples,
        "accepted": dict(column.accepted),
    }
