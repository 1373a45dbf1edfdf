"""XML and JSON documents: records at a path, labels by the way to a text, numbers as they were written."""

from __future__ import annotations

import pytest

from tests.unit.collect.readers.contents import records_of
from transforms.errors import DeliveryRefused

XML = """<?xml version="1.0" encoding="{encoding}"?>
<d:批次 xmlns:d="urn:d" xmlns:xsi="urn:xsi" 编号="7"><头><单位>某局</单位></头><d:案件集>
<!-- 第一件 --><案件 状态="结案"><文号>1</文号><当事人 类型="法人"><名称>甲</名称><地址 编码="3301">杭州</地址></当事人>
<商品>鞋</商品><商品>包</商品><金额 单位="元">1.50</金额><备注 xsi:nil="true"/><空/></案件>
<案件><文号><![CDATA[<2>]]></文号></案件></d:案件集></d:批次>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "gbk"])
def test_elements_are_labels_by_their_way(encoding: str) -> None:
    assert records_of(XML.format(encoding=encoding).encode(encoding), "批次/案件集/案件") == [
        {
            "@状态": "结案",
            "文号": "1",
            "当事人.@类型": "法人",
            "当事人.名称": "甲",
            "当事人.地址": "杭州",
            "当事人.地址.@编码": "3301",
            "商品": "鞋\n包",
            "金额": "1.50",
            "金额.@单位": "元",
            "备注": None,
            "空": "",
        },
        {"文号": "<2>"},
    ]


def test_repeated_elements_with_more_than_a_text_stay_a_list() -> None:
    content = b"<l><r><p><n>1</n></p><p><n>2</n></p><q a='b'>3</q><q>4</q></r></l>"
    assert records_of(content) == [{"p": '[{"n": "1"}, {"n": "2"}]', "q": '[{"#text": "3", "@a": "b"}, "4"]'}]


@pytest.mark.parametrize(
    ("content", "path", "count"),
    [
        ("<l><r/><r/></l>", "", 2),
        ("<l/>", "", 0),
        ("<r><a>1</a></r>", "r", 1),
        ("<l><x><r/></x><y/><x><r/></x></l>", "l/x/r", 2),
        ("<l><x><r><r/></r></x></l>", "l/x/r", 1),
        ("<l><x/></l>", "l/x/r", 0),
    ],
)
def test_records_are_the_elements_at_the_path(content: str, path: str, count: int) -> None:
    assert len(records_of(content.encode(), path)) == count


@pytest.mark.parametrize(
    ("content", "path", "said"),
    [
        ("<l><r/><s/></l>", "", "several names: r, s"),
        ("<l><r/><s/><r/></l>", "", "several names: r, s"),
        ("<l><r/></l>", "l/x/r", "no element at l/x"),
        ("<l><r>", "", "cut off"),
        ("<l><r>&nbsp;</r></l>", "", "broken"),
        ('[{"a": 1}]', "data", "is an array"),
        ('{"data": [{"a": 1}]}', "items", "no array at items"),
        ('{"data": [{"a": 1}, 2]}', "data", "record 2 is no JSON object"),
        ('{"data": [{"a": 1}, {"a": ', "data", "after 1 records"),
        ('[{"a": 1}] x', "", "after 1 records"),
        ('[{"a": 1}]]', "", "after 1 records"),
    ],
)
def test_a_document_that_is_not_as_described_is_refused(content: str, path: str, said: str) -> None:
    with pytest.raises(DeliveryRefused, match=said) as refusal:
        records_of(content.encode(), path)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("[{0}]", ""),
        ('{{"total": 1, "data": {{"rows": [{0}]}}}}', "data.rows"),
        ('{{"data": {{"rows": [{0}]}}, "more": {{"rows": []}}}}', "data/rows"),
        ("{0}\n", ""),
        ("\n{0}", ""),
    ],
)
def test_objects_are_records_wherever_they_stand(content: str, path: str) -> None:
    record = '{"id": 12345678901234567890, "goods": {"value": 0.10, "codes": ["a", 1]}, "ok": true, "no": null}'
    assert records_of(content.format(record).encode("gb18030"), path) == [
        {"id": "12345678901234567890", "goods.value": "0.10", "goods.codes": "a\n1", "ok": "true", "no": None}
    ]


def test_an_empty_array_is_a_delivery_of_no_records() -> None:
    assert records_of(b'{"data": []}', "data") == []
