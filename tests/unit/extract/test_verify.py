"""A pack proves itself by the key that the recipient was given, and any change to it is named."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import minisign
import pytest

from tests.unit.extract.pack_folder import NAME, make_pack
from transforms.errors import CasebridgeError, Terminal
from transforms.extract.package import DESCRIPTOR, SIGNATURE
from transforms.extract.sign import PUBLIC_KEY, SECRET_KEY, key_id, read_id_key, read_key_pair, sign
from transforms.extract.verify import PackBroken, verify

FILES = ("things.parquet", "things.csv", DESCRIPTOR, SIGNATURE)


def test_a_whole_pack_is_proved(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    proved = verify(folder, public_key)
    assert (proved.pack_id, proved.release, proved.as_of) == (NAME.pack_id, 7, "2026-01-31")
    assert proved.rows == {"things-parquet": 3, "things-csv": 3}
    assert proved.files == 2


@pytest.mark.parametrize("name", FILES)
def test_every_changed_byte_is_found_and_its_file_named(tmp_path: Path, name: str) -> None:
    folder, public_key = make_pack(tmp_path)
    path = folder / name
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(changed)
        with pytest.raises(PackBroken, match=name.replace(".", r"\.")):
            verify(folder, public_key)
    path.write_bytes(whole)
    assert verify(folder, public_key).files == 2


@pytest.mark.parametrize("name", FILES)
def test_a_shortened_a_longer_and_a_missing_file_are_found(tmp_path: Path, name: str) -> None:
    folder, public_key = make_pack(tmp_path)
    whole = (folder / name).read_bytes()
    for changed in (whole[:-1], whole + b"\n", b""):
        (folder / name).write_bytes(changed)
        with pytest.raises(PackBroken, match=name):
            verify(folder, public_key)
    (folder / name).unlink()
    with pytest.raises(PackBroken, match=name):
        verify(folder, public_key)


@pytest.mark.parametrize("extra", ["more.csv", ".hidden", "casebridge.pub"])
def test_a_file_that_does_not_belong_is_found(tmp_path: Path, extra: str) -> None:
    folder, public_key = make_pack(tmp_path)
    (folder / extra).write_text("x")
    with pytest.raises(PackBroken, match=extra):
        verify(folder, public_key)


def test_a_link_in_place_of_a_file_is_found(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    (folder / "things.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "things.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(PackBroken, match=r"things\.csv"):
        verify(folder, public_key)


def test_a_pack_signed_anew_by_somebody_else_is_not_believed(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    other = minisign.KeyPair.generate()
    descriptor = (folder / DESCRIPTOR).read_bytes()
    (folder / SIGNATURE).write_bytes(sign(other, descriptor, NAME.pack_id))
    with pytest.raises(PackBroken, match=SIGNATURE):
        verify(folder, public_key)


def test_a_key_inside_the_pack_proves_nothing(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    shutil.copy(public_key, folder / "key.pub")
    with pytest.raises(CasebridgeError, match="inside the pack") as caught:
        verify(folder, folder / "key.pub")
    assert not isinstance(caught.value, Terminal)


def test_a_missing_key_or_pack_is_a_fault_of_the_call(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    (tmp_path / "no.pub").write_text("no key")
    for pack, key in ((folder, tmp_path / "none.pub"), (tmp_path / "none", public_key), (folder, tmp_path / "no.pub")):
        with pytest.raises(CasebridgeError) as caught:
            verify(pack, key)
        assert not isinstance(caught.value, Terminal)


def test_the_signature_names_the_pack_and_no_time(tmp_path: Path) -> None:
    folder, _ = make_pack(tmp_path)
    signature = minisign.Signature.from_file(folder / SIGNATURE)
    assert signature.trusted_comment == f"pack {NAME.pack_id}"
    pair = read_key_pair(tmp_path / "secrets", tmp_path)
    descriptor = (folder / DESCRIPTOR).read_bytes()
    assert sign(pair, descriptor, NAME.pack_id) == (folder / SIGNATURE).read_bytes()


def test_the_descriptor_says_what_is_inside_and_nothing_of_when_it_was_made(tmp_path: Path) -> None:
    folder, public_key = make_pack(tmp_path)
    package = json.loads((folder / DESCRIPTOR).read_bytes())
    assert package["release"] == 7
    assert package["as_of"] == "2026-01-31"
    assert package["contract_version"] == "1.0.0"
    assert package["legal_basis"] == ["Law on Things, art. 1"]
    assert package["alg"]["hash"] == "SHA-256"
    assert package["key_id"] == key_id(minisign.PublicKey.from_file(public_key))
    assert f"minisign public key {package['key_id']}" not in package
    assert "created" not in package
    for resource in package["resources"]:
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
        assert resource["schema"]["primaryKey"] == ["thing_no"]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    first = read_key_pair(secrets, tmp_path), read_id_key(secrets, "office")
    again = read_key_pair(secrets, tmp_path), read_id_key(secrets, "office")
    assert first[0].public_key == again[0].public_key
    assert first[1] == again[1] != read_id_key(secrets, "other")
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o600}


def test_a_public_key_that_was_given_out_is_never_overwritten(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    read_key_pair(secrets, tmp_path)
    given = (tmp_path / PUBLIC_KEY).read_bytes()
    (secrets / SECRET_KEY).unlink()
    with pytest.raises(CasebridgeError, match="public key that recipients were given"):
        read_key_pair(secrets, tmp_path)
    assert (tmp_path / PUBLIC_KEY).read_bytes() == given
