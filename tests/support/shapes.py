"""How each made-up body writes its deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import (
    copyright_cases,
    culture_penalties,
    enforcement,
    evaluations,
    intake,
    mediations,
    outgoing,
    penalties_2016,
    penalties_swapped,
    prosecutions,
    recordals,
    reviews,
    seizures,
    trademarks,
    transfers,
    variety_penalties,
)
from tests.support.files import (
    Record,
    write_csv,
    write_html,
    write_json,
    write_json_zip,
    write_xls,
    write_xml,
    write_xml_zip,
    write_zip,
)
from tests.support.ods import write_ods


class Shape(NamedTuple):
    """How a file is named, and how records are written into it."""

    suffix: str
    write: Callable[[Path, Iterable[Record]], None]


def _csv(labels: tuple[str, ...], encoding: str, delimiter: str = ",") -> Callable[[Path, Iterable[Record]], None]:
    def write(path: Path, records: Iterable[Record]) -> None:
        write_csv(path, labels, records, encoding, delimiter)

    return write


def _xml(*way: str) -> Callable[[Path, Iterable[Record]], None]:
    def write(path: Path, records: Iterable[Record]) -> None:
        write_xml(path, way, records)

    return write


def _write_copyright(path: Path, records: Iterable[Record]) -> None:
    write_ods(path, copyright_cases.TITLE, copyright_cases.LABELS, records)


def _write_credit_penalties(path: Path, records: Iterable[Record]) -> None:
    write_json(path, ("data", "list"), records)


def _write_culture(path: Path, records: Iterable[Record]) -> None:
    write_xls(path, culture_penalties.TITLE, culture_penalties.LABELS, records, culture_penalties.FOOT)


def _write_arrests(path: Path, records: Iterable[Record]) -> None:
    write_json_zip(path, "cases.json", ("data", "cases"), records)


def _write_enforcement(path: Path, records: Iterable[Record]) -> None:
    write_html(path, enforcement.TITLE, enforcement.LABELS, records, "utf-8")


def _write_evaluations(path: Path, records: Iterable[Record]) -> None:
    write_ods(path, evaluations.TITLE, evaluations.LABELS, records)


def _write_intake(path: Path, records: Iterable[Record]) -> None:
    write_html(path, intake.TITLE, intake.LABELS, records, "gb18030")


def _write_national_adjudications(path: Path, records: Iterable[Record]) -> None:
    write_xml_zip(path, "adjudications.xml", ("adjudications", "case"), records)


def _write_requests(path: Path, records: Iterable[Record]) -> None:
    write_ods(path, outgoing.TITLE, outgoing.LABELS, records)


def _write_reviews(path: Path, records: Iterable[Record]) -> None:
    write_zip(path, "reviews.csv", reviews.LABELS, records, "gb18030")


def _write_trademarks(path: Path, records: Iterable[Record]) -> None:
    write_zip(path, "trademarks.csv", trademarks.LABELS, records, "gb18030")


SHAPES: Final[Mapping[str, Shape]] = {
    "agri_ah_penalties": Shape("csv", _csv(variety_penalties.LABELS, "gb18030", ";")),
    "amr_gd_penalties": Shape("txt", _csv(penalties_swapped.LABELS, "utf-16", "\t")),
    "amr_js_penalties": Shape("json", _write_credit_penalties),
    "amr_js_transfers": Shape("xml", _xml("transfers", "transfer")),
    "amr_sd_penalties": Shape("csv", _csv(penalties_2016.LABELS, "gb18030")),
    "amr_zj_transfers": Shape("csv", _csv(transfers.LABELS, "gb18030")),
    "cnipa_adjudications": Shape("zip", _write_national_adjudications),
    "cnipa_trademarks": Shape("zip", _write_trademarks),
    "court_sz_enforcement": Shape("xls", _write_enforcement),
    "cpr_sc_cases": Shape("ods", _write_copyright),
    "cult_lz_penalties": Shape("xls", _write_culture),
    "customs_de_requests": Shape("xml", _xml("requests", "request")),
    "customs_nl_seizures": Shape("xlsx", seizures.write_template),
    "customs_recordals": Shape("csv", _csv(recordals.LABELS, "utf-8-sig")),
    "gacc_requests": Shape("ods", _write_requests),
    "gacc_reviews": Shape("zip", _write_reviews),
    "hotline_12315_intake": Shape("xls", _write_intake),
    "ipc_zj_evaluations": Shape("ods", _write_evaluations),
    "ipc_zj_mediations": Shape("csv", _csv(mediations.LABELS, "utf-8-sig")),
    "pipa_js_adjudications": Shape("xml", _xml("adjudications", "adjudication")),
    "pro_js_arrests": Shape("zip", _write_arrests),
    "pro_zj_prosecutions": Shape("xlsx", prosecutions.write_template),
}
