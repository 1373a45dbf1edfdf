"""What may not leave in the clear: values become token, mask and ciphertext, and delivered bytes are sealed.

Keys are files of mode 600, made on first use: one for tokens, one per source and month for ciphertext.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from transforms.errors import Terminal
from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.identifier import clean_identifier, clean_person_no, clean_resident_id
from transforms.normalise.cleaners.rights import clean_customs_declaration_no

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from transforms.normalise.cleaners.cleaned import Cleaned

ALG: Final = "HMAC-SHA256+AES-256-GCM"
CHUNK: Final = 1_048_576
_MAGIC: Final = b"CBSEAL1\n"
_NONCE_PREFIX: Final = 8
_TAG: Final = 16
_NONCE: Final = 12
_BLOCK: Final = 64
# DOMAIN P06: an ID number is shown inside as its first 6 and last 4 characters.
_ID_LIKE = re.compile(r"[0-9X*]{15,18}")
_HIDDEN: Final = "********"


@dataclass(frozen=True, slots=True)
class Keys:
    """Read the keys of one stack, and make those that do not exist yet."""

    folder: Path

    def token_key(self) -> bytes:
        """Return the key of tokens: one for all sources, so that equal values can be joined."""
        return self._read("token", create=True)

    def month_key(self, key_id: str, *, create: bool = False) -> bytes:
        """Return the key of one source and month; one that was destroyed is an error unless `create`."""
        return self._read(key_id, create=create)

    def _read(self, key_id: str, *, create: bool) -> bytes:
        path = self.folder / "keys" / f"{key_id}.key"
        if create and not path.exists():
            _make_key(path)
        try:
            return bytes.fromhex(path.read_text("ascii"))
        except FileNotFoundError as error:
            raise Terminal("the key was destroyed, what it sealed cannot be read", f"key {key_id}") from error


def key_id_of(source: str, at: datetime) -> str:
    """Name the key of a source in the month of `at`."""
    return f"{source}/{at:%Y-%m}"


def _make_key(path: Path) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # another process made it first: its key counts
    finally:
        aside.unlink()


class Protector:
    """Protect the values of one source under the keys of one month."""

    def __init__(self, keys: Keys, source: str, at: datetime) -> None:
        """Read or make the keys once."""
        self.source = source
        self.key_id = key_id_of(source, at)
        self.received = at.date()
        self._token_hash = _Hmac(keys.token_key())
        self._nonces = _Nonces()
        self._cipher = AESGCM(_derived(keys.month_key(self.key_id, create=True), b"value"))

    def protect(
        self, label: str, cleaner: str, raw: str | None, id_type: str | None = None
    ) -> dict[str, str | None] | None:
        """Return what may leave of a value: an empty one is None; one that fails its check has no token.

        One that its body masked has a token of its own kind as `masked`, which tells two masks apart and names nobody.
        `id_type` is the kind of the document, for cleaner person_no; the number of an identity card has one token
        wherever it stands.
        """
        if raw is None or not raw.strip():
            return None
        cleaned = check_number(cleaner, raw, id_type, self.received)
        kind = cleaner.partition("(")[0]
        if kind == "person_no" and cleaned.reason is None:
            kind = "resident_id"
        value = None if cleaned.value is None else str(cleaned.value)
        masked = {"masked": self._token("masked", compact(raw))} if cleaned.reason == "masked" else {}
        return {
            "token": None if value is None else self._token(kind, value),
            "mask": mask(compact(raw) if value is None else value),
            "cipher": self._sealed(label, raw),
            "key_id": self.key_id,
            "alg": ALG,
            "check": cleaned.reason,
            **masked,
        }

    def _token(self, kind: str, value: str) -> str:
        return self._token_hash.digest(f"{kind}|{value}".encode())

    def _sealed(self, label: str, raw: str) -> str:
        nonce = self._nonces.next()
        sealed = self._cipher.encrypt(nonce, raw.encode(), f"{self.source}|{label}".encode())
        return base64.b64encode(nonce + sealed).decode("ascii")


def check_number(cleaner: str, raw: str, id_type: str | None, received: date) -> Cleaned:
    """Return what the check of a sensitive value says, as the cleaner that its contract names."""
    kind = cleaner.partition("(")[0]
    if kind == "person_no":
        return clean_person_no(raw, id_type, received)
    if kind == "customs_declaration_no":
        return clean_customs_declaration_no(raw)
    return clean_resident_id(raw, received) if kind == "resident_id" else clean_identifier(raw)


class _Hmac:
    """HMAC-SHA256 with its pads hashed once; `hmac.digest` gives up the interpreter lock on every call."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.hexdigest()


class _Nonces:
    """Random nonces, drawn many at a time."""

    def __init__(self) -> None:
        self._held = b""

    def next(self) -> bytes:
        if not self._held:
            self._held = os.urandom(_NONCE * 1024)
        nonce, self._held = self._held[:_NONCE], self._held[_NONCE:]
        return nonce


def reveal(keys: Keys, source: str, label: str, protected: dict[str, str]) -> str:
    """Return the value behind a ciphertext, for the operator who holds the keys."""
    sealed = base64.b64decode(protected["cipher"])
    cipher = AESGCM(_derived(keys.month_key(protected["key_id"]), b"value"))
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{source}|{label}".encode()).decode()


def mask(value: str) -> str:
    """Return the display form of an identity number; what does not look like one is hidden whole."""
    return f"{value[:6]}{_HIDDEN}{value[-4:]}" if _ID_LIKE.fullmatch(value) else _HIDDEN


def seal(blocks: Iterator[bytes], target: BinaryIO, keys: Keys, key_id: str) -> None:
    """Write `blocks` encrypted; each chunk knows its place and the last one is marked, so that a cut is noticed."""
    cipher = AESGCM(_derived(keys.month_key(key_id, create=True), b"vault"))
    prefix, name = os.urandom(_NONCE_PREFIX), key_id.encode()
    target.write(_MAGIC + bytes([len(name)]) + name + prefix)
    index, held = 0, next(blocks, b"")
    for block in blocks:
        target.write(cipher.encrypt(_nonce(prefix, index), held, b"more"))
        index, held = index + 1, block
    target.write(cipher.encrypt(_nonce(prefix, index), held, b"last"))


class Sealed:
    """A sealed file, whose chunks are unsealed in any order.

    `seal` was given blocks of exactly CHUNK bytes, the last one shorter.
    """

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        """Read what stands before the chunks."""
        self._file = file
        self._name = getattr(file, "name", "")
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Terminal("this is no sealed file", self._name, "restore it from the backup of the vault")
        key_id = file.read(file.read(1)[0]).decode()
        self._cipher = AESGCM(_derived(keys.month_key(key_id), b"vault"))
        self._prefix = file.read(_NONCE_PREFIX)
        self._start = file.tell()
        held = file.seek(0, os.SEEK_END) - self._start
        self.chunks = max(1, -(-held // (CHUNK + _TAG)))
        self.size = held - self.chunks * _TAG

    def chunk(self, index: int) -> bytes:
        """Return one clear chunk; raises Terminal where it was changed, or is not the last although the file ends."""
        self._file.seek(self._start + index * (CHUNK + _TAG))
        sealed = self._file.read(CHUNK + _TAG)
        place = b"last" if index == self.chunks - 1 else b"more"
        try:
            return self._cipher.decrypt(_nonce(self._prefix, index), sealed, place)
        except InvalidTag as error:
            where = f"{self._name}, chunk {index}"
            raise Terminal("the sealed bytes were changed or cut", where, "restore the backup of the vault") from error


def unseal(source: BinaryIO, keys: Keys) -> Iterator[bytes]:
    """Yield the clear blocks of a sealed file."""
    sealed = Sealed(source, keys)
    yield from map(sealed.chunk, range(sealed.chunks))


def _nonce(prefix: bytes, index: int) -> bytes:
    return prefix + index.to_bytes(4, "big")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, hashlib.sha256)
