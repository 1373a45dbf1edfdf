"""The stack heals from what a machine does to it, and leaves nothing behind."""

from __future__ import annotations

import psycopg

from transforms.connections import Connections


def test_text_search_works_for_chinese(stack: Connections) -> None:
    """A database with LC_CTYPE=C finds no trigram in Chinese text."""
    with psycopg.connect(stack.dsn("owner")) as connection:
        connection.execute("create extension if not exists pg_trgm")
        assert connection.execute("select show_trgm('侵权案件') <> '{}'").fetchone() == (True,)
