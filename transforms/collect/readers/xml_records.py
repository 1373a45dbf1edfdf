"""XML: the elements at a path are records; labels are the ways to their texts, attributes begin with @."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from transforms.collect.finding import told
from transforms.collect.objects import flat
from transforms.collect.readers.content import Records, streamed
from transforms.collect.readers.markup import SAFELY, Markup, Utf8, drop, local, local_name, refusing
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.collect.readers.content import Options, Readable, Record
    from transforms.collect.readers.decode import Text

_NIL: Final = "}nil"
_TRUE: Final = frozenset({"true", "1"})
_TEXT: Final = "#text"
_REMEDY: Final = "name the way to the records, from the root, in the contract (server option `recordPath`)"


def read_xml(readable: Readable, text: Text, options: Options) -> Records:
    """Return the elements at the contract's path, or else the children of the root."""
    return Records("xml", text.encoding, partial(_records, readable, text, options.path))


def _records(readable: Readable, text: Text, given: tuple[str, ...]) -> Iterator[Record]:
    with refusing("the XML text"):
        path = given or _first_child(readable, text)
        if not path:
            return
        with streamed(readable) as file:
            markup = Markup(Utf8(file, text.encoding))
            found = etree.iterparse(markup, tag=f"{{*}}{path[-1]}", **SAFELY)
            place = _Place(path, is_given=bool(given))
            for _, element in found:
                if place.is_record(element):
                    yield flat(_fields(element))
                    markup.held = 0
                    drop(element)
            place.refuse_astray(found.root)


def _first_child(readable: Readable, text: Text) -> tuple[str, ...]:
    """Return the names of the root and of its first child; the child of an empty root is none."""
    with streamed(readable) as file:
        root = None
        for _, element in etree.iterparse(Markup(Utf8(file, text.encoding)), events=("start",), **SAFELY):
            if root is not None:
                return local(root), local(element)
            root = element
    return ()


class _Place:
    """Which elements are records: those at the end of the path."""

    def __init__(self, path: tuple[str, ...], *, is_given: bool) -> None:
        self._path = path
        self._is_given = is_given
        self._parent: etree._Element | None = None

    def is_record(self, element: etree._Element) -> bool:
        """Say whether an element stands at the path; without a given path, all children of the root must."""
        parent = element.getparent()
        if self._parent is None or parent is not self._parent:
            if tuple(map(local, element.iterancestors()))[::-1] != self._path[:-1]:
                return False
            self._parent = parent
        self._refuse_others(element.getprevious())
        return True

    def refuse_astray(self, root: etree._Element) -> None:
        """Refuse a document without the elements on the way to the records, or with other children of the root."""
        for other in root:
            self._refuse_others(other)
        if self._parent is None and self._path[:-1] not in _paths(root):
            what = f"the XML text has no element at {'/'.join(map(told, self._path[:-1]))}"
            raise DeliveryRefused(what, "the XML text", _REMEDY)

    def _refuse_others(self, other: etree._Element | None) -> None:
        # What was a record is gone by now, but the last.
        if not self._is_given and other is not None and local(other) != self._path[-1]:
            what = f"the root holds elements of several names: {told(self._path[-1])}, {told(local(other))}"
            raise DeliveryRefused(what, "the XML text", _REMEDY)


def _paths(root: etree._Element) -> set[tuple[str, ...]]:
    paths: set[tuple[str, ...]] = {()}
    waiting: list[tuple[tuple[str, ...], etree._Element]] = [((local(root),), root)]
    while waiting:
        path, element = waiting.pop()
        paths.add(path)
        waiting.extend(((*path, local(part)), part) for part in element)
    return paths


def _fields(element: etree._Element) -> dict[str, Any]:
    """Return attributes, texts, inner elements and lists of repeated ones by name."""
    fields: dict[str, Any] = {
        f"@{local_name(str(key))}": str(value) for key, value in element.items() if not str(key).endswith(_NIL)
    }
    often = Counter(map(local, element))
    for part in element:
        name = local(part)
        if often[name] > 1:
            fields.setdefault(name, []).append(_value(part))
        elif len(part) and not _is_mixed(part):
            fields[name] = _fields(part)
        elif not part.attrib:
            fields[name] = _inner(part)
        else:
            fields[name] = _text(part)
            fields.update({f"{name}.{label}": value for label, value in _fields(part).items() if label != _TEXT})
    if text := "".join((element.text or "", *(part.tail or "" for part in element))).strip():
        fields[_TEXT] = text
    return fields


def _is_mixed(element: etree._Element) -> bool:
    """Say whether an element is text with marks in it, such as breaks."""
    texts = (element.text, *(part.tail for part in element))
    return any(text and not text.isspace() for text in texts)


def _inner(element: etree._Element) -> str:
    """Return the text of an element with that of the marks in it; a mark that is empty parts lines."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for part in element:
        parts += (_inner(part) if len(part) or part.text else "\n", part.tail or "")
    return "".join(parts)


def _value(element: etree._Element) -> dict[str, Any] | str | None:
    if _is_mixed(element) and not element.attrib:
        return _inner(element)
    fields = _fields(element)
    return fields if fields.keys() - {_TEXT} else _text(element)


def _text(element: etree._Element) -> str | None:
    is_nil = any(str(key).endswith(_NIL) and value in _TRUE for key, value in element.items())
    return None if is_nil else _inner(element)
