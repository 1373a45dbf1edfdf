"""A link in an inbox is no file of its body: it may lead to what another body delivered."""

from __future__ import annotations

from pathlib import Path

from transforms.collect.inbox import complete_files


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    other, inbox = tmp_path / "other.csv", tmp_path / "inbox"
    other.write_text("1", "utf-8")
    inbox.mkdir()
    for name in ("a.csv", "b.csv"):
        (inbox / name).write_text("1", "utf-8")
    (inbox / "link.csv").symlink_to(other)
    (inbox / "nowhere.csv").symlink_to(tmp_path / "nowhere")
    (inbox / "b.csv.manifest.json").symlink_to(other)
    assert [path.name for path in complete_files(inbox)] == ["a.csv"]
