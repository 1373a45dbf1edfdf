"""What the tests ask of Airflow over its API, as a user does."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from infra.settings import Settings
from infra.stack.airflow import DIRECT, read_logins
from infra.stack.stack import status
from transforms.connections import Connections


def address(stack: Connections) -> str:
    """Name the address of the API server."""
    (server,) = [state for state in status(Settings(home=stack.home)) if state.name == "airflow-api-server"]
    return server.address


def log_in(base: str, name: str, password: str) -> str:
    """Get a token from Airflow."""
    request = urllib.request.Request(
        f"{base}/auth/token",
        json.dumps({"username": name, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    with DIRECT.open(request, timeout=30) as answer:
        token: str = json.load(answer)["access_token"]
    return token


def ask(stack: Connections, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the API as the administrator; with a body it is a POST."""
    base = address(stack)
    token = log_in(base, "admin", read_logins(Settings(home=stack.home).layout)["admin"])
    content = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with DIRECT.open(urllib.request.Request(f"{base}/api/v2{path}", content, headers), timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
