"""Nothing sensitive leaves in the clear, and what was sealed is read again with its key only."""

from __future__ import annotations

import io
import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.parties import identity_number
from tests.unit.collect.builders import PUBLISHED_ID, contract, field
from transforms.collect.envelope import Envelopes
from transforms.collect.personal import hide_numbers
from transforms.collect.protect import CHUNK, Keys, Protector, mask, reveal, seal, unseal
from transforms.errors import Terminal
from transforms.normalise.cleaners.identifier import clean_resident_id, resident_check

NOVEMBER, DECEMBER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SENSITIVE = contract(
    field("文号", required=True), field("证件号码", cleaner="resident_id", classification="PI_SENSITIVE")
)


def envelopes(folder: Path, at: datetime = NOVEMBER) -> Envelopes:
    return Envelopes(SENSITIVE, "d" * 64, at, Protector(Keys(folder), "made_up", at))


@pytest.mark.parametrize("raw", [PUBLISHED_ID, f"'{PUBLISHED_ID}", PUBLISHED_ID.lower(), f" {PUBLISHED_ID}\t"])
def test_an_identity_number_leaves_as_token_mask_and_ciphertext(tmp_path: Path, raw: str) -> None:
    message = envelopes(tmp_path).message(1, ("1号", raw))
    sent = json.loads(message.value)["证件号码"]
    assert sent["mask"] == "110105********002X"
    assert sent["check"] is None
    assert len(sent["token"]) == 64
    assert reveal(Keys(tmp_path), "made_up", "证件号码", sent) == raw
    assert PUBLISHED_ID.encode() not in message.value.upper()
    assert b"19491231" not in message.value


def test_the_numbers_of_an_array_leave_as_one_token_an_element(tmp_path: Path) -> None:
    made = contract(field("id", required=True), field("p[].no", cleaner="resident_id", classification="PI_SENSITIVE"))
    at = (NOVEMBER, DECEMBER)
    one, two = (
        Envelopes(made, "d" * 64, when, Protector(Keys(tmp_path), "made_up", when)).message(
            1, ("1", [PUBLISHED_ID, None, "430*************92"])
        )
        for when in at
    )
    sent = json.loads(one.value)["p[].no"]
    assert [element and element["check"] for element in sent] == [None, None, "masked"]
    assert reveal(Keys(tmp_path), "made_up", "p[].no", sent[0]) == PUBLISHED_ID
    assert PUBLISHED_ID.encode() not in one.value
    assert one.headers[-1] == two.headers[-1]


def test_the_raw_hash_sees_that_another_number_was_masked_and_none_of_its_digits(tmp_path: Path) -> None:
    masks = ("34*****0", "35*****1", "34*****0")
    sent = [envelopes(tmp_path).message(1, ("1号", number)) for number in masks]
    assert sent[0].headers[-1] == sent[2].headers[-1] != sent[1].headers[-1]
    assert not any(b"*****" + digit in message.value for message, digit in zip(sent, (b"0", b"1", b"0"), strict=True))


DOCUMENTS = contract(
    field("文号", required=True),
    field("证件类型", cleaner="code(vocabulary=id_type)"),
    field("证件号码", cleaner="person_no(id_type=name_of_证件类型)", classification="PI_SENSITIVE"),
)


@pytest.mark.parametrize(
    ("kind", "raw", "mask", "check"),
    [
        (None, PUBLISHED_ID, "110105********002X", None),
        ("居民身份证", PUBLISHED_ID, "110105********002X", None),
        ("护照", "E12345678", "********", "no_check_digit"),
        (None, "E12345678", "********", "no_check_digit"),
        ("军官证", "军字第1234567号", "********", "charset"),
        ("居民身份证", "E12345678", "********", "length"),
        ("护照", PUBLISHED_ID, "110105********002X", None),
    ],
)
def test_the_number_of_a_document_is_checked_as_its_kind_says(
    tmp_path: Path, kind: str | None, raw: str, mask: str, check: str | None
) -> None:
    sender = Envelopes(DOCUMENTS, "d" * 64, NOVEMBER, Protector(Keys(tmp_path), "made_up", NOVEMBER))
    places = {label: place for place, label in enumerate(sorted(["文号", "证件类型", "证件号码"]))}
    values: list[str | list[str | None] | None] = [None] * 3
    for label, value in (("文号", "1号"), ("证件类型", kind), ("证件号码", raw)):
        values[places[label]] = value
    message = sender.message(1, values)
    sent = json.loads(message.value)["证件号码"]
    assert (sent["mask"], sent["check"]) == (mask, check)
    assert (sent["token"] is None) == (check not in (None, "no_check_digit"))
    assert reveal(Keys(tmp_path), "made_up", "证件号码", sent) == raw
    assert raw.encode() not in message.value


def test_the_number_of_a_declaration_leaves_as_a_token_of_its_own_kind(tmp_path: Path) -> None:
    keeper, number = Protector(Keys(tmp_path), "made_up", NOVEMBER), "224420260000000001"
    sent, spaced, wrong = (
        keeper.protect("报关单号", "customs_declaration_no", raw) for raw in (number, f" {number} ", "2244-1")
    )
    other = keeper.protect("证件号码", "identifier", number)
    made = [(one or {}).get("token") for one in (sent, spaced, other, wrong)]
    assert [(one or {}).get("check") for one in (sent, spaced, wrong)] == [None, None, "format"]
    assert made == [made[0], made[0], made[2], None]
    assert len({*made}) == 3


def test_an_identity_card_has_one_token_wherever_its_number_stands(tmp_path: Path) -> None:
    keeper = Protector(Keys(tmp_path), "made_up", NOVEMBER)
    asked = [("resident_id", None), *(("person_no(id_type=x)", kind) for kind in ("RID", None, "PASSPORT"))]
    made = [keeper.protect("证件号码", logic, PUBLISHED_ID, id_type) for logic, id_type in asked]
    assert len({one and one["token"] for one in made}) == 1


NAMED = contract(
    field("文号", required=True),
    field("税务登记号", cleaner="identifier", classification="PI_BASIC"),
    field("违法事实", classification="PI_BASIC"),
    field("p[].code", cleaner="uscc", classification="PI_BASIC"),
)


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        (PUBLISHED_ID, "110105********002X"),
        (f"'{PUBLISHED_ID.lower()}", "'110105********002X"),
        (
            f"当事人张某（身份证号：{PUBLISHED_ID}）与{PUBLISHED_ID}",
            "当事人张某（身份证号：110105********002X）与110105********002X",
        ),
        ("１１０１０５１９４９１２３１００２Ｘ", "110105********002X"),
        ("110105 19491231 002X", "110105********002X"),
        (f"{PUBLISHED_ID[:-1]}1", f"{PUBLISHED_ID[:-1]}1"),
        ("110105-19491231-002X", "110105********002X"),
        ("110105 19491231\n002x", "110105********002X"),
        ("110105—19491231–002X、110105 - 19491231 ‑ 002x", "110105********002X、110105********002X"),
        ("1101 0519 4912 3100 2X", "110105********002X"),
        # A number of a list stands before it.
        ("1 110105 19491231 002 X", "1 110105********002X"),
        ("12 110105 19491231 0021 1", "12 110105 19491231 0021 1"),
        # What the cleaner of the column takes out later.
        ("张三110105\u200b19491231002X", "张三110105********002X"),
        ("张三 110105&#49;9491231002X", "张三 110105********002X"),
        ("<b>110105</b>19491231002X，<br>事实", "110105********002X，\n事实"),
        ("138\u200b00138000", "138****8000"),
        ("138&nbsp;0013_x0000_\u200d8000", "138****8000"),
        (f"\u200b{PUBLISHED_ID}，甲<br>乙", "\u200b110105********002X，甲<br>乙"),
        (f"{PUBLISHED_ID}\u200b01", "110105********002X\u200b01"),
        (f"A{PUBLISHED_ID}", f"A{PUBLISHED_ID}"),
        ("联系电话：13800138000。", "联系电话：138****8000。"),
        ("张某13800138000", "张某138****8000"),
        ("138 0013 8000、138-0013-8000", "138****8000、138****8000"),
        ("+8613800138000、0086 138 0013 8000", "+86138****8000、0086 138****8000"),
        ("8613800138000；＋８６－１３８００１３８０００", "86138****8000；＋８６－１３８****８０００"),
        *((f"138{dash}0013{dash}8000", "138****8000") for dash in ("—", "——", "–", "‑", "−", " - ", "－")),
        ("138 001 38000、1380 013 8000、1380-0138-000", "138****8000、138****8000、138****8000"),
        *((raw, raw) for raw in ("2025-05-14—2025-06-15 8件", "1998—2008 123件", "第14 18 25 35 41 4类", "13 - 9500")),
        ("7813800138000", "7813800138000"),
        ("2138 0013 8000", "2138 0013 8000"),
        ("213800138000", "213800138000"),
        ("货值1.13800138000元", "货值1.13800138000元"),
        (f"{PUBLISHED_ID}01", f"{PUBLISHED_ID}01"),
        ("91110105MA00000000", "91110105MA00000000"),
        ("", ""),
        (None, None),
    ],
)
def test_a_number_in_a_column_that_is_not_for_it_leaves_masked(
    tmp_path: Path, raw: str | None, left: str | None
) -> None:
    sender = Envelopes(NAMED, "d" * 64, NOVEMBER, Protector(Keys(tmp_path), "made_up", NOVEMBER))
    places = {label: place for place, label in enumerate(sorted(["文号", "税务登记号", "违法事实", "p[].code"]))}
    for label in ("税务登记号", "违法事实"):
        values: list[str | list[str | None] | None] = [None] * 4
        values[places["文号"]], values[places[label]] = PUBLISHED_ID, raw
        values[places["p[].code"]] = [raw, None]
        sent = json.loads(sender.message(1, values).value)
        assert sent[label] == left
        assert sent["p[].code"] == [left, None]
        assert sent["文号"] == PUBLISHED_ID, "a column about no person is left alone"


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("张三110105491231002", "张三110105********002X"),
        ("110105 491231 002", "110105********002X"),
        ("１１０１０５４９１２３１００２", "110105********002X"),
        # No day, a day of 1900 to 1909, a region of no province, a longer number, a decimal.
        *((raw, raw) for raw in ("110105491331002", "330106000101456", "860105491231002", "1101054912310021")),
        ("0.110105491231002", "0.110105491231002"),
    ],
)
def test_an_identity_number_of_before_1999_leaves_masked_among_words_alone(tmp_path: Path, raw: str, left: str) -> None:
    labels = ("名称", "注册号", "税号", "违法事实")
    cleaners = ("list(of=party_name)", "identifier", "uscc", "text")
    made = contract(*(field(n, cleaner=c, classification="PI_BASIC") for n, c in zip(labels, cleaners, strict=True)))
    sender = Envelopes(made, "d" * 64, NOVEMBER, Protector(Keys(tmp_path), "made_up", NOVEMBER))
    sent = json.loads(sender.message(1, [raw] * 4).value)
    assert sent == {"名称": left, "注册号": raw, "税号": raw, "违法事实": left}


def test_numbers_of_cases_of_our_time_are_left_alone(tmp_path: Path) -> None:
    made = f"33010220240315{7:03}"
    number = made + resident_check(made)
    assert clean_resident_id(number, NOVEMBER.date()).value == number
    assert hide_numbers(number, NOVEMBER.date()) == number
    assert hide_numbers(number, date(2038, 1, 1)) == f"330102********{number[-4:]}"


def test_equal_numbers_have_equal_tokens_in_every_month_and_the_raw_hash_is_stable(tmp_path: Path) -> None:
    first = envelopes(tmp_path).message(1, ("1号", PUBLISHED_ID))
    later = envelopes(tmp_path, DECEMBER).message(1, ("1号", PUBLISHED_ID))
    one, two = (json.loads(message.value)["证件号码"] for message in (first, later))
    assert one["token"] == two["token"]
    assert one["cipher"] != two["cipher"]
    assert (one["key_id"], two["key_id"]) == ("made_up/2026-11", "made_up/2026-12")
    assert first.headers[-1] == later.headers[-1]


@pytest.mark.parametrize(
    ("raw", "check", "shown"),
    [
        ("110105194912310021", "check_digit_failed", "110105********0021"),
        ("430*************92", "masked", "430***********92"),
        ("甲乙 110105194912310021", "length", "********"),
        ("13800000000", "length", "********"),
        ("无", "placeholder", "********"),
    ],
)
def test_a_number_that_fails_its_check_has_no_token(tmp_path: Path, raw: str, check: str, shown: str) -> None:
    sent = json.loads(envelopes(tmp_path).message(1, ("1号", raw)).value)["证件号码"]
    assert (sent["token"], sent["check"]) == (None, check)
    assert sent["mask"].replace("*", "") == shown.replace("*", "")
    assert reveal(Keys(tmp_path), "made_up", "证件号码", sent) == raw


@pytest.mark.parametrize("raw", ["", "  ", None])
def test_an_empty_cell_stays_empty(tmp_path: Path, raw: str | None) -> None:
    assert json.loads(envelopes(tmp_path).message(1, ("1号", raw)).value)["证件号码"] is None


def test_a_mask_hides_whatever_does_not_look_like_an_identity_number() -> None:
    assert mask("3301061900010100") == "330106********0100"
    assert mask("short") == mask("a much longer text than an identity number") == "********"


def test_keys_are_private_files_and_a_destroyed_key_reveals_nothing(tmp_path: Path) -> None:
    sent = json.loads(envelopes(tmp_path).message(1, ("1号", PUBLISHED_ID)).value)["证件号码"]
    keys = list((tmp_path / "keys").rglob("*.key"))
    assert sorted(path.name for path in keys) == ["2026-11.key", "token.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    (tmp_path / "keys/made_up/2026-11.key").unlink()
    with pytest.raises(Terminal, match="destroyed"):
        reveal(Keys(tmp_path), "made_up", "证件号码", sent)


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_sealed_bytes_are_read_again_and_every_change_is_noticed(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    sealed = io.BytesIO()
    seal((content[at : at + CHUNK] for at in range(0, size, CHUNK)), sealed, Keys(tmp_path), "made_up/2026-11")
    kept = sealed.getvalue()
    assert b"".join(unseal(io.BytesIO(kept), Keys(tmp_path))) == content
    for broken in (kept[:-1], kept[:-1] + bytes([kept[-1] ^ 1]), kept[: -(CHUNK + 16)]):
        with pytest.raises((Terminal, IndexError)):
            list(unseal(io.BytesIO(broken), Keys(tmp_path)))


def test_nobody_is_born_after_the_day_of_receipt(tmp_path: Path) -> None:
    unborn = identity_number("110105", date(2030, 1, 1))
    sent = json.loads(envelopes(tmp_path).message(1, ("1号", unborn)).value)["证件号码"]
    assert (sent["token"], sent["check"]) == (None, "birth_date")
