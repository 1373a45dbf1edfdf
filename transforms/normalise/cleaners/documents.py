"""Numbers of administrative documents (文号) and of court cases (案号)."""

from __future__ import annotations

import re
from typing import NamedTuple

from transforms.normalise.cleaners.characters import compact, is_identifier_placeholder, is_scientific, simplified
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused

_OPEN, _CLOSE = r"[(〔\[【<《{]", r"[)〕\]】>》}]"
_ROUND = str.maketrans("〔[【<《{〕]】>》}", "(((((())))))")
_YEAR = r"(?P<year>(?:19[89]|20[0-9])[0-9])"
_MASK = re.compile(r"[*×✱●■□○]|XX")
_DOC_NO = re.compile(
    rf"(?P<prefix>[\u3400-\u9fffA-Z0-9〇·\-{{}}()〔〕\[\]【】<>《》]*[\u3400-\u9fff)A-Z])"
    rf"{_OPEN}{_YEAR}{_CLOSE}第?(?P<serial>[0-9]{{1,15}}(?:-[0-9]{{1,4}})?)号(?P<part>之[一二三四五六七八九十]{{1,3}})?"
)
# Series of police (立, 受案, 撤案 …字) and procuratorates (检刑诉, 检刑不诉, 检意 …).
_POLICE = re.compile(r"[^〔]*公(?:\([^)]{1,6}\))?[^〔]{0,6}字?〔")
_PROCURATORATE = re.compile(r"[^〔]*检[^〔]{0,8}〔")
_BRACKETED_YEAR = re.compile(rf"{_OPEN}[0-9×*X]{{2,}}")
# Province letters of SPC case numbers; 兵 is the Xinjiang corps, 军 the military courts.
PROVINCES = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军"
_COURT_NO = re.compile(
    rf"{_OPEN}{_YEAR}{_CLOSE}(?P<court>最高法|[{PROVINCES}](?:[0-9]{{4}}|[0-9]{{2}})?)"
    rf"(?P<special>知)?(?P<type>(?:(?![字第])[\u4e00-\u9fff]){{1,6}})第?(?P<number>[0-9]{{1,8}})号"
    r"(?:之[一二三四五六七八九十]{1,3})?"
)
# Form of numbers before the 2016 rules: the court stands in words, its code cannot be resolved.
_LEGACY = re.compile(
    rf"{_OPEN}{_YEAR}{_CLOSE}(?P<words>[\u4e00-\u9fff()]{{2,20}})字第(?P<number>[0-9]{{1,8}})号"
    r"(?:之[一二三四五六七八九十]{1,3})?"
)


class CourtCaseNo(NamedTuple):
    """The parts of a court case number; `special` is 知 or None."""

    year: int
    court: str
    special: str | None
    type: str
    number: int

    def __str__(self) -> str:
        """Write the number in its canonical form."""
        return f"({self.year}){self.court}{self.special or ''}{self.type}{self.number}号"


def _absent(code: str) -> Cleaned | None:
    if not code:
        return EMPTY
    if is_identifier_placeholder(code):
        return refused("placeholder")
    if _MASK.search(code):
        return refused("masked")
    return refused("scientific_notation") if is_scientific(code) else None


def _number(raw: str) -> str:
    code = compact(raw)
    # Only what is traditional throughout is converted: 乾县 keeps its name.
    return simplified(code) if "號" in code else code


def clean_doc_no(raw: str | None) -> Cleaned:
    """Return a document number as `prefix〔year〕serial号`, unique only within the issuing agency."""
    code = _number(raw or "")
    if (outcome := _absent(code)) is not None:
        return outcome
    match = _DOC_NO.fullmatch(code)
    if match is None:
        return refused("damaged" if _BRACKETED_YEAR.search(code[1:]) else "format")
    serial = "-".join(part.lstrip("0") or "0" for part in match["serial"].split("-"))
    return Cleaned(f"{match['prefix'].translate(_ROUND)}〔{match['year']}〕{serial}号{match['part'] or ''}", None)


def clean_police_no(raw: str | None) -> Cleaned:
    """Return the number of a police document, a document number whose series names 公安."""
    return _of_series(raw, _POLICE)


def clean_pros_no(raw: str | None) -> Cleaned:
    """Return the number of a document of a procuratorate, a document number whose series names 检."""
    return _of_series(raw, _PROCURATORATE)


def _of_series(raw: str | None, series: re.Pattern[str]) -> Cleaned:
    outcome = clean_doc_no(raw)
    if isinstance(outcome.value, str) and not series.match(outcome.value):
        return refused("format")
    return outcome


def clean_court_case_no(raw: str | None) -> Cleaned:
    """Return a court case number as `(year)court[知]type number号`; a 之一 of a document is no part of it."""
    code = _number(raw or "")
    if (outcome := _absent(code)) is not None:
        return outcome
    if parsed := _parsed(code):
        return Cleaned(str(parsed), None)
    if match := _LEGACY.fullmatch(code):
        return Cleaned(f"({match['year']}){match['words']}字第{int(match['number'])}号", "legacy_format")
    return refused("format")


def parse_court_case_no(raw: str) -> CourtCaseNo | None:
    """Return the parts of a court case number in the form used since 2016, or None."""
    return _parsed(_number(raw))


def _parsed(code: str) -> CourtCaseNo | None:
    match = _COURT_NO.fullmatch(code)
    if match is None:
        return None
    return CourtCaseNo(int(match["year"]), match["court"], match["special"], match["type"], int(match["number"]))
