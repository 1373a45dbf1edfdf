"""Nothing in the tree knows the machine that it was written on, or which registry packages come from."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.unit.architecture.tree import ROOT, shown, text_files

# A name in a URL is either this machine, or a place that a document refers to.
HOSTS: Final = {
    *("127.0.0.1", "localhost", "${customs_sh}"),
    *("www.apache.org", "keepachangelog.com", "semver.org", "datapackage.org", "bitol.io", "creativecommons.org"),
    "schemas.openxmlformats.org",  # names of ECMA-376, no address
    *("github.com",),  # what notices of the platform github are about
}
_URL: Final = re.compile(r"https?://([^/\s\"'<>{}()`:|,\\]*)")
_MACHINE: Final = re.compile(r"(?<![\w.\-/}$])/(root|home|Users|work|mnt|tmp|srv)/\w")
_INDEX: Final = re.compile(r"(--(extra-)?index-url|--find-links|--trusted-host|resolvers|<ibiblio|<url |://)")
LOCKS: Final = ("requirements.lock", "infra/setup/jars.lock", "infra/setup/ivy.xml")


def test_no_machine_of_ours_and_no_registry_is_named() -> None:
    named = {
        f"{shown(path)}: {host}"
        for path in text_files()
        for host in _URL.findall(path.read_text("utf-8", errors="replace"))
        if host and host not in HOSTS and not host.endswith((".example", ".example.com", ".invalid", ".test"))
    }
    assert named == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_does_not_say_where_packages_come_from(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert lines
    assert [line for line in lines if _INDEX.search(line)] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    found = [
        f"{shown(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if _MACHINE.search(line)
    ]
    assert found == []
