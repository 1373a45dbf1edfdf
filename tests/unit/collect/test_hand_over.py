"""What is asked before a file is handed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.collect.builders import contract
from transforms.collect.hand_over import Offered, look_at
from transforms.errors import ContractBroken


def test_a_file_of_a_body_that_no_vocabulary_names_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "may.csv"
    path.write_text("文号,金额（万元）\n1,2\n", "utf-8")
    named = replace(contract(), body_id="amr_zj")
    assert look_at(named, Offered(path, path.name)).state == "checked"
    with pytest.raises(ContractBroken) as refusal:
        look_at(replace(named, body_id="amr_nowhere"), Offered(path, path.name))
    assert "body.csv" in refusal.value.where
