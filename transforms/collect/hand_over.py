"""One hand-over, whatever it came from: checked whole, sent whole, closed; or refused whole, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import starmap
from typing import TYPE_CHECKING, Any

from transforms.collect.classified import Classified
from transforms.collect.delivered import read_delivered
from transforms.collect.envelope import Envelopes
from transforms.collect.finding import told
from transforms.collect.fit import fit
from transforms.collect.manifest import Manifest, read_manifest
from transforms.collect.protect import Keys, Protector
from transforms.collect.receipt import Receipt
from transforms.collect.rows import Checked
from transforms.collect.send import send_all
from transforms.collect.vault import CHANGED, Kept, Loose, Stamp, keep, stamp_of
from transforms.errors import ContractBroken, DeliveryRefused, SourceUnavailable
from transforms.kafka import admin, end_offsets, ensure_topics
from transforms.ledger.deliveries import (
    HandOver,
    Place,
    Sent,
    close_delivery,
    find_known,
    find_later_period,
    move_watermark,
    open_delivery,
    register_topics,
    write_known,
    write_refused,
)
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from schemas.contracts import SourceContract
    from transforms.collect.rows import Rows
    from transforms.connections import Connections
    from transforms.ledger.deliveries import Opened

    Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Offered:
    """What is handed over: a file, and what is said about it."""

    path: Path
    file_name: str
    period: str | None = None
    watermark: Mapping[str, Any] | None = None
    stamp: str | None = None


def hand_over(
    connections: Connections, engine: Engine, contract: SourceContract, offered: Offered, progress: Progress
) -> Receipt:
    """Hand one file over; the caller holds the lock of the source. A refusal is a receipt, not an error.

    Raises ContractBroken where no vocabulary names the body: its records would stop every release.
    """
    require_body(contract)
    step = _HandingOver(connections, engine, contract, offered, progress)
    try:
        return step.run()
    except DeliveryRefused as error:
        return step.refuse(error)


def refuse_gathered(
    connections: Connections, engine: Engine, contract: SourceContract, offered: Offered, error: DeliveryRefused
) -> Receipt:
    """Write down that a record was refused while it was gathered, and return the receipt; nothing of it is kept."""
    return _HandingOver(connections, engine, contract, offered, lambda _, __: None).refuse(error)


class _HandingOver:
    """The state of one hand-over: what is known so far is what a refusal writes down."""

    def __init__(
        self, connections: Connections, engine: Engine, contract: SourceContract, offered: Offered, progress: Progress
    ) -> None:
        self._connections = connections
        self._engine = engine
        self._contract = contract
        self._offered = offered
        self._progress = progress
        self._keys = Keys(connections.secrets)
        self._facts = HandOver(
            contract, told(offered.file_name), offered.period, "", offered.path.stat().st_size, datetime.now(UTC)
        )
        self._facts = replace(self._facts, stamp=offered.stamp)
        self._checked = Checked(0, ())
        self._kept: Kept | None = None

    def run(self) -> Receipt:
        """Hand over, or raise DeliveryRefused."""
        stamp = stamp_of(self._offered.path)
        kept = self._kept = self._keep()
        self._declare(kept)
        known = self._find_known()
        if known:
            return known
        self._refuse_earlier()
        rows = self._check(kept, stamp)
        opened, place = self._open()
        sent = self._send(rows, opened, place)
        with self._engine.begin() as connection:
            close_delivery(connection, opened, sent)
            self._move(connection)
        return self._receipt(opened.delivery_id, "closed", sent_count=sent.count)

    def _keep(self) -> Kept:
        def copied(done: int) -> None:
            self._progress("copy", done)

        source, at = self._contract.source, self._facts.as_of
        kept = keep(self._connections.vault, self._keys, source, self._offered.path, at, copied)
        self._facts = replace(self._facts, sha256=kept.sha256, size_bytes=kept.size)
        return kept

    def _declare(self, kept: Kept) -> None:
        manifest = read_manifest(self._offered.path)
        period = self._offered.period or manifest.period
        if manifest.period is not None and manifest.period != period:
            raise _disagreement("period", "name the same period in both")
        self._facts = replace(
            self._facts,
            period=period,
            declared_count=manifest.rows,
            as_of=manifest.as_of or self._facts.as_of,
            is_dated=manifest.as_of is not None,
        )
        _check_digest(manifest, kept)

    def _find_known(self) -> Receipt | None:
        with self._engine.begin() as connection:
            found = find_known(connection, self._facts)
            if found is None:
                return None
            known, count = found
            self._check_count(count)
            name = write_known(connection, self._facts, known)
            self._move(connection)
        return self._receipt(name, "known", redelivery_of=known)

    def _refuse_earlier(self) -> None:
        """Refuse a snapshot of an earlier period that nobody dates: as of now, it would withdraw what came since."""
        if self._contract.mode != "snapshot" or self._facts.period is None or self._facts.is_dated:
            return
        with self._engine.begin() as connection:
            later = find_later_period(connection, self._facts)
        if later:
            what = f"the period {self._facts.period} is before {later}, which was accepted, and nothing dates the file"
            raise DeliveryRefused(what, "the manifest", "say `as_of` in the manifest: the time that the file shows")

    def _move(self, connection: Connection) -> None:
        if self._offered.watermark is not None:
            move_watermark(connection, self._contract.source, self._offered.watermark)

    def _check(self, kept: Kept, stamp: Stamp) -> Rows:
        fitted = fit(
            self._contract,
            lambda contract: read_delivered(contract, kept),
            lambda done: self._progress("check", done),
        )
        rows, checked, self._contract = fitted.rows, fitted.checked, fitted.contract
        self._facts = replace(self._facts, contract=self._contract, encoding=fitted.written)
        findings = tuple(finding.to_dict() for finding in checked.findings)
        self._facts = replace(self._facts, findings=findings)
        self._checked = checked
        self._check_count(checked.rows)
        if stamp_of(self._offered.path) != stamp:
            raise CHANGED
        return rows

    def _check_count(self, count: int) -> None:
        _check_count(self._facts.declared_count, count)

    def _open(self) -> tuple[Opened, Place]:
        topic = self._contract.topic
        with admin(self._connections.kafka) as client:
            ids = ensure_topics(client, [topic])
            end = end_offsets(client, [topic])[topic]
        with self._engine.begin() as connection:
            place = Place(topic, register_topics(connection, ids)[topic], end)
            return open_delivery(connection, self._facts, place), place

    def _send(self, rows: Rows, opened: Opened, place: Place) -> Sent:
        protector = Protector(self._keys, self._contract.source, opened.as_of)
        envelopes = Envelopes(self._contract, opened.delivery_id, opened.as_of, protector)
        messages = starmap(envelopes.message, enumerate(rows.values(), start=1))
        count = send_all(
            self._connections.kafka, place.topic, envelopes, messages, lambda done: self._progress("send", done)
        )
        with admin(self._connections.kafka) as client:
            end = end_offsets(client, [place.topic])[place.topic]
        if count != self._checked.rows or end - place.end != count:
            what = f"of {self._checked.rows:,} records {end - place.end:,} arrived"
            raise SourceUnavailable(what, place.topic, "deliver again: what arrived twice is counted once")
        return Sent(count, end)

    def refuse(self, error: DeliveryRefused) -> Receipt:
        """Write the refusal down and return its receipt; what may not be kept leaves the vault."""
        is_kept = not isinstance(error, Classified)
        if self._kept and not is_kept:
            self._kept.path.unlink(missing_ok=True)
        with self._engine.begin() as connection:
            name = write_refused(connection, self._facts, error)
        return self._receipt(name, "refused", reason=error.what, remedy=error.remedy, is_kept=is_kept)

    def _receipt(self, name: str, state: str, **said: Any) -> Receipt:
        facts = self._facts
        return Receipt(
            name,
            facts.contract.source,
            state,
            facts.file_name,
            declared_count=facts.declared_count,
            sha256=facts.sha256,
            findings=self._checked.findings,
            **said,
        )


def look_at(contract: SourceContract, offered: Offered) -> Receipt:
    """Tell what would become of a file, without keeping, sending or writing anything down."""
    require_body(contract)
    loose, name = Loose(offered.path), told(offered.file_name)
    try:
        declared = read_manifest(offered.path).rows
        checked = fit(contract, lambda version: read_delivered(version, loose), lambda _: None).checked
        _check_count(declared, checked.rows)
    except DeliveryRefused as error:
        return Receipt("", contract.source, "refused", name, error.what, error.remedy)
    receipt = Receipt("", contract.source, "checked", name, declared_count=declared, sent_count=checked.rows)
    return replace(receipt, findings=checked.findings)


def require_body(contract: SourceContract) -> None:
    """Raise ContractBroken where the vocabulary of bodies lacks that of the contract."""
    if not any(row["body_id"] == contract.body_id for row in read_vocabulary("body")):
        what = f"the body {contract.body_id} of {contract.source} is named nowhere"
        raise ContractBroken(what, "schemas/vocabularies/body.csv", "give it a row: schemas/ADDING_A_SOURCE.md, step 2")


def _check_digest(manifest: Manifest, kept: Kept) -> None:
    if manifest.sha256 is not None and manifest.sha256 != kept.sha256:
        raise _disagreement("sha256", "send file and manifest again, from one export")


def _check_count(declared: int | None, count: int) -> None:
    if declared is not None and declared != count:
        what = f"the manifest declares {declared:,} rows, the file has {count:,}"
        raise DeliveryRefused(what, "the manifest", "send file and manifest again, from one export")


def _disagreement(name: str, remedy: str) -> DeliveryRefused:
    return DeliveryRefused(f"the manifest declares another {name} than the file has", "the manifest", remedy)
