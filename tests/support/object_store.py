"""An S3-compatible store of a body on loopback: one bucket, and one login with the rights that a test gives it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.request import Request, urlopen

import boto3
from moto.core.authorization import disable_iam_authentication, enable_iam_authentication
from moto.server import ThreadedMotoServer

BUCKET: Final = "outbox"
READ: Final = ("s3:ListBucket", "s3:GetObject")
WRITE: Final = ("s3:PutObject", "s3:DeleteObject")


class ObjectStore:
    """A store that runs; `client` may do everything, the login of `keys` what it was given."""

    def __init__(self, address: str) -> None:
        """Make the bucket and the login."""
        self.address = address
        made: dict[str, Any] = {
            "endpoint_url": address,
            "aws_access_key_id": "body",
            "aws_secret_access_key": "body",
            "region_name": "us-east-1",
        }
        self.client = boto3.client("s3", **made)
        self.client.create_bucket(Bucket=BUCKET)
        self._logins = boto3.client("iam", **made)
        self._logins.create_user(UserName="casebridge")
        key = self._logins.create_access_key(UserName="casebridge")["AccessKey"]
        self.keys = f"{key['AccessKeyId']}\n{key['SecretAccessKey']}\n"

    def put(self, name: str, content: bytes) -> None:
        """Put one object."""
        with disable_iam_authentication():
            self.client.put_object(Bucket=BUCKET, Key=name, Body=content)

    def names(self) -> list[str]:
        """Return the names of all objects."""
        with disable_iam_authentication():
            return sorted(one["Key"] for one in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ()))

    def allow(self, *actions: str) -> None:
        """Give the login these rights, and no others."""
        said = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        with disable_iam_authentication():
            self._logins.put_user_policy(UserName="casebridge", PolicyName="own", PolicyDocument=json.dumps(said))


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Run a store that asks whoever comes for its keys."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        # What an earlier store of this process held is still there.
        urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()
        store = ObjectStore(address)
        store.allow(*READ)
        with enable_iam_authentication():
            yield store
    finally:
        server.stop()
