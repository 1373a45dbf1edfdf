"""The key pair of a stack, and the minisign signature over a pack's descriptor."""

from __future__ import annotations

import os
import secrets as random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import minisign

from transforms.errors import CasebridgeError

SECRET_KEY: Final = "pack_signing.key"  # noqa: S105  # the name of a file
PUBLIC_KEY: Final = Path("public_keys") / "casebridge.pub"
COMMENT: Final = "signature of a Casebridge pack"
_ID_KEY_BYTES: Final = 32


def read_key_pair(secrets: Path, outbox: Path) -> minisign.KeyPair:
    """Read the key pair, made the first time, and put the public key where recipients are given it."""
    path = secrets / SECRET_KEY
    _create_once(path, lambda: bytes(minisign.KeyPair.generate().secret_key), 0o600)
    try:
        secret = minisign.SecretKey.from_bytes(path.read_bytes())
    except minisign.Error as error:
        raise CasebridgeError(
            f"the signing key cannot be read: {error}", str(path), "restore it from the backup of the secrets"
        ) from error
    pair = minisign.KeyPair(secret, minisign.PublicKey.from_secret_key(secret))
    _export(pair.public_key, outbox / PUBLIC_KEY)
    return pair


def read_id_key(secrets: Path, recipient: str) -> bytes:
    """Read the key of a recipient's ids, made the first time."""
    path = id_key_path(secrets, recipient)
    _create_once(path, lambda: random.token_bytes(_ID_KEY_BYTES).hex().encode(), 0o600)
    return bytes.fromhex(path.read_text("ascii").strip())


def id_key_path(secrets: Path, recipient: str) -> Path:
    """Name the file of the key of a recipient's ids."""
    return secrets / f"pack_ids_{recipient}"


def key_id(public_key: minisign.PublicKey) -> str:
    """Name a key as minisign prints it: the 16 hex digits of its number, highest byte first."""
    return bytes(public_key._keynum_pk.key_id)[::-1].hex().upper()  # py-minisign has no public accessor


def sign(pair: minisign.KeyPair, descriptor: bytes, pack_id: str) -> bytes:
    """Sign a descriptor; equal input gives equal bytes, because the trusted comment names the pack and no time."""
    signature = pair.secret_key.sign(descriptor, untrusted_comment=COMMENT, trusted_comment=f"pack {pack_id}")
    return bytes(signature) + b"\n"


def _export(public_key: minisign.PublicKey, path: Path) -> None:
    public_key.untrusted_comment = f"Casebridge pack signing key {key_id(public_key)}"
    text = bytes(public_key) + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    _create_once(path, lambda: text, 0o644)
    if path.read_bytes() != text:
        raise CasebridgeError(
            "the public key that recipients were given is not that of the signing key",
            str(path),
            "restore the signing key from the backup; after a planned change of keys, move the old public key away",
        )


def _create_once(path: Path, make: Callable[[], bytes], mode: int) -> None:
    if path.exists():
        return
    aside = path.with_name(f"{path.name}.part{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    try:
        # link fails where another process was first; its file stays.
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
