"""Document and court case numbers: DOMAIN 2.6, 2.7, defects D18, D24."""

from __future__ import annotations

import pytest

from transforms.normalise.cleaners.documents import (
    CourtCaseNo,
    clean_court_case_no,
    clean_doc_no,
    clean_police_no,
    clean_pros_no,
    parse_court_case_no,
)

Vector = tuple[str | None, str | None, str | None]
DOC_NOS: list[Vector] = [
    ("浏市监处罚〔2025〕439号", "浏市监处罚〔2025〕439号", None),
    ("渝涪陵市监处罚〔2024〕951号", "渝涪陵市监处罚〔2024〕951号", None),
    ("国市监处罚〔2026〕10号", "国市监处罚〔2026〕10号", None),
    ("（杭临）市监处罚〔2024〕131号", "(杭临)市监处罚〔2024〕131号", None),
    ("[杭临]市监处罚﹝2024﹞131号", "(杭临)市监处罚〔2024〕131号", None),
    ("沪市监杨处〔2025〕102023001116号", "沪市监杨处〔2025〕102023001116号", None),
    ("沪市监浦处〔2024〕152023000123号", "沪市监浦处〔2024〕152023000123号", None),
    ("浏市监先登[2025]0000541号", "浏市监先登〔2025〕541号", None),
    ("津北辰市监强制〔2025〕40号", "津北辰市监强制〔2025〕40号", None),
    ("津市监丽执案移【2025】43号", "津市监丽执案移〔2025〕43号", None),
    ("甬榭关知字﹝2025﹞0017号", "甬榭关知字〔2025〕17号", None),
    ("杭金关知字〔2021〕008号", "杭金关知字〔2021〕8号", None),
    ("沪浦机关知字［2021］8013号", "沪浦机关知字〔2021〕8013号", None),
    ("(融水)文综罚字〔2024〕 19号", "(融水)文综罚字〔2024〕19号", None),
    ("来文综罚字（2025）1 号", "来文综罚字〔2025〕1号", None),
    ("商评字〔２００９〕第０９６４０号", "商评字〔2009〕9640号", None),
    ("浏市监处罚〔2025〕439号之一", "浏市监处罚〔2025〕439号之一", None),
    ("市场【2019】1号", "市场〔2019〕1号", None),
    ("京號監罚〔2025〕1号", "京号监罚〔2025〕1号", None),
    ("市监执罚〔202257", None, "damaged"),
    ("浏市监处罚〔2025〕439", None, "damaged"),
    ("浏市监处罚〔2025〕号", None, "damaged"),
    ("浏市监处罚〔2025〕4\ufffd9号", None, "damaged"),
    ("浏市监处罚〔2025〕4**号", None, "masked"),
    ("市监处罚2024年第5号", None, "format"),
    ("(2020)浙01知民初277号", None, "format"),
    ("无", None, "placeholder"),
    (None, None, None),
]
COURT_CASE_NOS: list[Vector] = [
    ("（2021）最高法知民终2270号", "(2021)最高法知民终2270号", None),
    ("(2020)浙01知民初277号", "(2020)浙01知民初277号", None),
    ("（2023）京73行初1号", "(2023)京73行初1号", None),
    ("〔2024〕粤0305行审88号", "(2024)粤0305行审88号", None),
    ("(2024) 粤0305执 0088 号", "(2024)粤0305执88号", None),
    ("（2022）沪73知民初1号之二", "(2022)沪73知民初1号", None),
    ("（2024）浙01民初第1号", "(2024)浙01民初1号", None),
    ("(2024)最高法知民终第0012号", "(2024)最高法知民终12号", None),
    ("(2024)浙01第1号", None, "format"),
    ("(2015)闽民终字第1426号", "(2015)闽民终字第1426号", "legacy_format"),
    ("(2015)海行民初字第5号", "(2015)海行民初字第5号", "legacy_format"),
    ("(2003)沪二中民五(知)初字第239号", "(2003)沪二中民五(知)初字第239号", "legacy_format"),
    ("(2024)浙01民终×××号", None, "masked"),
    ("(××××)京××民终××号", None, "masked"),
    ("(2024)浙01民终XXX号", None, "masked"),
    ("2024沪0115刑初123", None, "format"),
    ("(2024)民终5号", None, "format"),
    ("浏市监处罚〔2025〕439号", None, "format"),
    ("/", None, "placeholder"),
    (None, None, None),
]
PARSED: list[tuple[str, CourtCaseNo | None]] = [
    ("（2021）最高法知民终2270号", CourtCaseNo(2021, "最高法", "知", "民终", 2270)),
    ("(2020)浙01知民初277号", CourtCaseNo(2020, "浙01", "知", "民初", 277)),
    ("（2023）京73行初1号", CourtCaseNo(2023, "京73", None, "行初", 1)),
    ("〔2024〕粤0305行审88号", CourtCaseNo(2024, "粤0305", None, "行审", 88)),
    ("(2023)京73行初第1号", CourtCaseNo(2023, "京73", None, "行初", 1)),
    ("(2015)闽民终字第1426号", None),
    ("(2024)浙01民终×××号", None),
    ("2024沪0115刑初123", None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), DOC_NOS)
def test_a_document_number_has_one_form(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_doc_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), COURT_CASE_NOS)
def test_a_court_case_number_has_one_form(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_court_case_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "parts"), PARSED)
def test_a_court_case_number_falls_into_its_parts(raw: str, parts: CourtCaseNo | None) -> None:
    assert parse_court_case_no(raw) == parts


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("杭西公(经)立字〔2024〕12号", "杭西公(经)立字〔2024〕12号", None),
        ("杭西公（经）立字[２０２４]00012号", "杭西公(经)立字〔2024〕12号", None),
        ("杭西检刑诉〔2024〕12号", None, "format"),
        ("杭西公(经)立字〔2024〕**号", None, "masked"),
        (None, None, None),
    ],
)
def test_a_police_number_names_the_police(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_police_no(raw) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("杭西检刑诉〔2024〕12号", "杭西检刑诉〔2024〕12号", None),
        ("杭西检刑不诉（2024）5号", "杭西检刑不诉〔2024〕5号", None),
        ("杭西市监处罚〔2024〕5号", None, "format"),
        ("无", None, "placeholder"),
    ],
)
def test_a_number_of_a_procuratorate_names_it(raw: str, value: str | None, reason: str | None) -> None:
    assert clean_pros_no(raw) == (value, reason)
