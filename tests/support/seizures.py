"""Seizure messages as customs of the Netherlands sends them, on the template of such messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.files import Record as Written
from tests.support.files import write_xlsx
from tests.support.messages import Record, Records
from tests.support.parties import Party, identity_number

TITLE = "Seizure message (non-nominal)"
LABELS = (
    "Message ID*", "Version*", "Sent at*", "Reporting country*", "Office code", "Seizure date*", "Procedure*",
    "Detection method*", "Location type*", "Conveyance", "Concealment method", "Country of origin",
    "Country of departure", "Transit countries", "Country of destination", "Commodity group*", "HS code", "Product",
    "IP right", "Brand", "Quantity*", "Unit*", "Value", "Currency", "Value basis", "Photos", "Action*",
    "Narrative (non-nominal)",
)  # fmt: skip
_STEP = timedelta(minutes=3)
# Of ten rows one corrects the message before it, and one comes after its own correction.
_ROUND, _CORRECTIONS, _SECOND, _LATE = 10, (4, 6), 4, 7
_GOODS = (
    ("6404.11", "Sports shoes", "Pair"), ("420222", "Handbags", "Piece"), ("851830", "Wireless earphones", "Set"),
    ("330300", "Perfume in bottles", "Piece"), ("9102.11.00", "Wrist watches", "Piece"),
)  # fmt: skip
_PLACES = (
    ("Seaport", "container ship"), ("Airport", "cargo aircraft"), ("Express centre", "courier van"),
    ("Postal centre", ""), ("Road border", "lorry with trailer"), ("Railway border", "goods train"),
)  # fmt: skip
_TOLD = "Found in the second row of the container behind declared household goods."
_PERSON = identity_number("330106", date(1980, 2, 29))
_PLANTED = (
    Defect(4, "Message ID*", always(""), "quarantined", "message_no", "missing"),
    Defect(3, "Sent at*", always("yesterday"), "quarantined", "sent_at", "unparseable"),
    Defect(3, "Reporting country*", always("Batavia"), "quarantined", "reporting_country_code", "unmapped"),
    Defect(3, "Narrative (non-nominal)", always(f"Papers of {_PERSON}"), "quarantined", "narrative_non_nominal",
           "holds_id_number"),
    Defect(3, "Narrative (non-nominal)", always("Driver reached at +31 20 000 0000"), "quarantined",
           "narrative_non_nominal", "holds_phone"),
    Defect(3, "Conveyance", always("truck 沪A·12345"), "quarantined", "conveyance", "holds_plate"),
    Defect(4, "Product", always("Shoes of Muster Footwear Ltd."), "quarantined", "product_text", "holds_name"),
    Defect(5, "Quantity*", always("about 200"), "finding", "quantity", "unparseable"),
    Defect(5, "Detection method*", always("Hunch"), "finding", "detection_method", "unmapped"),
    Defect(4, "Currency", always("XYZ"), "finding", "currency", "unmapped"),
    Defect(4, "HS code", always("64"), "finding", "hs6", "format"),
    Defect(6, "Brand", always("n/a"), "harmless"),
    Defect(6, "Message ID*", full_width, "harmless"),
)  # fmt: skip


def seizures(count: int, seed: int) -> Records:
    """Return messages in the order of sending, but for the late ones."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, _party: Party) -> tuple[Record, str, int]:
    place = row % _ROUND
    number = row - (place in (_SECOND, _LATE))
    version = 2 if place in _CORRECTIONS else 1
    told = Random(f"seizure {number}")
    hs, product, unit = told.choice(_GOODS)
    location, conveyance = told.choice(_PLACES)
    seized = FIRST.date() - timedelta(days=told.randrange(5, 60))
    pieces = told.randrange(50, 4000)
    record: Record = {
        "Message ID*": f"NL-CN-{FIRST.year}-{number + 1:06d}",
        "Version*": version,
        "Sent at*": (FIRST + _STEP * (number + version)).isoformat(),
        "Reporting country*": "NL",
        "Office code": f"NL{told.randrange(100, 999):06d}",
        "Seizure date*": str(seized),
        "Procedure*": told.choice(("Import", "Export", "Transit")),
        "Detection method*": told.choice(("Risk analysis", "Routine check", "Information received", "Random")),
        "Location type*": location,
        "Conveyance": conveyance,
        "Concealment method": told.choice(("", "Behind declared goods", "False bottom")),
        "Country of origin": "CN",
        "Country of departure": told.choice(("CN", "HK")),
        "Transit countries": told.choice(("", "SG", "SG; AE")),
        "Country of destination": told.choice(("NL", "DE", "FR")),
        "Commodity group*": "IPR",
        "HS code": hs,
        "Product": product,
        "IP right": told.choice(("Trademark", "Design patent")),
        "Brand": told.choice(("诺瓦", "Valmora", "Okto")),
        "Quantity*": pieces + (rng.randrange(1, 40) if version > 1 else 0),
        "Unit*": unit,
        "Value": pieces * told.randrange(8, 90),
        "Currency": "EUR",
        "Value basis": told.choice(("Declared", "Genuine", "Market")),
        "Photos": told.randrange(0, 12),
        "Action*": told.choice(("Detained", "Confiscated", "Destroyed", "Released")),
        "Narrative (non-nominal)": _TOLD,
    }
    return record, "", 0


def write_template(path: Path, records: Iterable[Written]) -> None:
    """Fill in the template; the days of seizure are dates of the workbook."""
    rows = ([_cell(label, record[label]) for label in LABELS] for record in records)
    write_xlsx(path, [[TITLE], list(LABELS)], ("A1:AB1",), rows, [])


def _cell(label: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if label == "Seizure date*" else value
