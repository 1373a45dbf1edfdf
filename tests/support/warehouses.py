"""A warehouse of a test's own: another database on the server of a stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql

from infra.migrations import upgrade
from transforms.connections import Connections


@contextmanager
def warehouse_beside(stack: Connections, name: str, template: str = "template1") -> Iterator[Connections]:
    """Make a warehouse beside the stack's own, empty or as a copy, and drop it afterwards."""
    there = replace(stack, database=name)
    create = sql.SQL("create database {} owner owner template {}")
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    with psycopg.connect(stack.dsn("postgres", "postgres"), autocommit=True) as server:
        server.execute(drop)
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        upgrade(there)
        yield there
        server.execute(drop)
