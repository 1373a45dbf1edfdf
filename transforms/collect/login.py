"""The token of an API: one that was handed to us, or one that a log-in gives and that expires."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from transforms.collect.access import address_of, read_secret
from transforms.collect.pages import LATER, Garbled, parsed, value_at
from transforms.errors import Terminal

if TYPE_CHECKING:
    import httpx

    from schemas.contracts import SourceContract
    from transforms.collect.access import Access
    from transforms.connections import Connections

_ANSWER_BYTES: Final = 1_048_576


class Token:
    """A token that was handed to us."""

    def __init__(self, value: str) -> None:
        """Keep it."""
        self._value = value

    def headers(self) -> dict[str, str]:
        """Return what a request needs."""
        return {"Authorization": f"Bearer {self._value}"}

    def accepted(self) -> None:
        """Learn that a request passed."""

    def renews(self) -> bool:
        """Learn that a request was refused, and say whether another token is to be tried."""
        return False


class LogIn(Token):
    """A token that a log-in gives; one that worked and works no more is renewed once."""

    def __init__(
        self, client: httpx.Client, url: str, credentials: dict[str, Any], *, path: str, is_form: bool
    ) -> None:
        """Remember where to log in; nothing is asked yet."""
        super().__init__("")
        self._client = client
        self._url = url
        self._form = credentials if is_form else None
        self._json = None if is_form else credentials
        self._path = path
        self._has_worked = False

    def headers(self) -> dict[str, str]:
        """Return what a request needs, logged in."""
        if not self._value:
            self._value = self._fetched()
        return super().headers()

    def accepted(self) -> None:
        """Learn that a request passed."""
        self._has_worked = True

    def renews(self) -> bool:
        """Learn that a request was refused, and say whether another token is to be tried."""
        renews, self._has_worked, self._value = self._has_worked, False, ""
        return renews

    def _fetched(self) -> str:
        with self._client.stream("POST", self._url, data=self._form, json=self._json) as response:
            if response.is_client_error and response.status_code not in LATER:
                what = f"the API refuses the log-in: status {response.status_code}"
                raise Terminal(what, self._url, "renew what is sent to log in, or compare the contract's `login`")
            if not response.is_success:
                raise self._garbled(f"the log-in answers status {response.status_code}")
            body = bytearray()
            for block in response.iter_bytes():
                body += block
                if len(body) > _ANSWER_BYTES:
                    raise self._garbled("its answer to the log-in does not end")
        return self._token_in(bytes(body))

    def _token_in(self, body: bytes) -> str:
        try:
            token = value_at(parsed(body), self._path)
        except Garbled as error:
            raise self._garbled("its answer to the log-in is no JSON text") from error
        if not isinstance(token, str) or not token:
            raise self._garbled(f"its answer to the log-in has no `{self._path}`")
        if not _fits(token):
            raise self._garbled(f"`{self._path}` of its answer to the log-in is no token, it fits into no header")
        return token

    def _garbled(self, what: str) -> Garbled:
        return Garbled(what, self._url, "compare the contract's `login` and `token` with the API's description")


def _fits(token: str) -> bool:
    """Say whether a token can stand in a header."""
    return token.isascii() and token.isprintable()


def token_of(connections: Connections, contract: SourceContract, access: Access, client: httpx.Client) -> Token:
    """Return the token of a source: by log-in where the contract names one."""
    options = contract.fetch.options
    if "login" not in options:
        token = read_secret(connections, contract, "tokenSecret", access.token_file)
        if not _fits(token):
            raise Terminal("the token does not fit into a header", contract.source, "write it as the body gave it")
        return Token(token)
    secret = read_secret(connections, contract, "loginSecret", access.login_file)
    try:
        credentials = json.loads(secret)
    except json.JSONDecodeError:
        credentials = None
    if not isinstance(credentials, dict):
        remedy = "write a JSON object of what the API wants to be sent, such as user and password"
        raise Terminal("what is sent to log in is no JSON object", contract.source, remedy)
    url = address_of(contract, access, options["login"])
    path, is_form = options.get("token", "access_token"), options.get("loginFormat") == "form"
    return LogIn(client, url, credentials, path=path, is_form=is_form)
