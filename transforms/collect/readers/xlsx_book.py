"""What a workbook of Office Open XML says about its parts: sheets, formats, shared strings (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.formats import Format, format_of
from transforms.collect.readers.markup import Markup, elements, local, local_name
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from lxml import etree

    from transforms.collect.readers.archive import Archive

BOOK: Final = "xl/workbook.xml"
TRUE: Final = frozenset({"1", "true", "on"})
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


@dataclass(slots=True)
class Book:
    """What a workbook says about its parts; that of a sheet by the name of the sheet."""

    is_1904: bool = False
    sheets: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    formats: list[Format] = field(default_factory=list)
    strings: str = ""


def read_book(archive: Archive) -> Book:
    """Read what stands beside the sheets."""
    relations, names = _relations(archive), frozenset(archive.names)
    parts = {kind: target for kind, target in relations.values() if target in names}
    book = Book(strings=parts.get("sharedStrings", ""))
    for part in elements(Markup(archive.open(BOOK)), ("workbookPr", "sheet"), "the workbook"):
        if local(part) == "workbookPr":
            book.is_1904 = part.get("date1904", "") in TRUE
        else:
            _add_sheet(book, part, relations)
    targets = [*book.sheets.values(), *book.hidden.values()]
    # What is read of a file is never more than a few times the file.
    if len({*targets}) < len(targets):
        raise _broken("two sheets of the workbook are one")
    if "styles" in parts:
        book.formats = _formats(archive, parts["styles"])
    return book


def integer(raw: str | None) -> int:
    """Return a number that the workbook itself needs; raises DeliveryRefused if it is none."""
    try:
        return int(raw or "0")
    except ValueError as error:
        raise _broken("a number of the workbook's own is none") from error


def _relations(archive: Archive) -> dict[str, tuple[str, str]]:
    """Return the kind and the name of each part by the id of its relation."""
    relations: dict[str, tuple[str, str]] = {}
    for part in elements(Markup(archive.open(_RELATIONS)), ("Relationship",), "the workbook"):
        target = posixpath.normpath(posixpath.join("/xl", part.get("Target", ""))).lstrip("/")
        relations[part.get("Id", "")] = part.get("Type", "").rpartition("/")[2], target
        if len(relations) > LIMITS.archive_entries:
            raise _broken(f"the workbook has more than {LIMITS.archive_entries:,} parts")
    return relations


def _add_sheet(book: Book, part: etree._Element, relations: dict[str, tuple[str, str]]) -> None:
    relation = next((str(value) for label, value in part.items() if local_name(str(label)) == "id"), "")
    kind, target = relations.get(relation, ("", ""))
    # A sheet of another kind is a chart or a macro.
    if kind and kind != "worksheet":
        return
    name = str(part.get("name", ""))
    if not kind or name in book.sheets or name in book.hidden:
        raise _broken("the workbook names a sheet twice, or one that it does not hold")
    (book.sheets if part.get("state", "visible") == "visible" else book.hidden)[name] = target


def _formats(archive: Archive, part: str) -> list[Format]:
    """Return for each style of a cell what its number format shows."""
    codes, used = dict[int, Format](), list[int]()
    # Fonts and the like stand beside styles, and belong to no cell.
    for element in elements(Markup(archive.open(part)), ("numFmt", "xf", "cellStyle", "font"), "the styles"):
        name, parent = local(element), element.getparent()
        within = "" if parent is None else local(parent)
        number = integer(element.get("numFmtId"))
        if (name, within) == ("numFmt", "numFmts"):
            codes[number] = format_of(number, element.get("formatCode", ""))
        elif (name, within) == ("xf", "cellXfs"):
            used.append(number)
        if len(codes) + len(used) > LIMITS.styles:
            raise _broken(f"the workbook has more than {LIMITS.styles:,} styles")
    return [codes.get(number) or format_of(number, None) for number in used]


def _broken(what: str) -> DeliveryRefused:
    return DeliveryRefused(what, "the workbook", "save the workbook again, and send it")
