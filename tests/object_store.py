"""An object store on loopback that speaks S3, for tests of what is kept in a bucket."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import requests
import s3fs
from moto.server import ThreadedMotoServer

SECRET = "a-key-that-no-text-may-show"
_KEYS = {
    "AWS_ACCESS_KEY_ID": "heritage",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Store:
    """A running server; `url` is that of a bucket."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint, self.url = f"http://{host}:{port}", "s3://heritage"

    def make_bucket(self) -> None:
        boto3.client("s3").create_bucket(Bucket="heritage")

    @contextmanager
    def knowing_no_key(self) -> Iterator[None]:
        """Every key is refused meanwhile."""
        address = f"{self.endpoint}/moto-api/reset-auth"
        requests.post(address, data="0", timeout=10)
        try:
            yield
        finally:
            requests.post(address, data="inf", timeout=10)

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def object_store() -> Iterator[Store]:
    """The server, named to all clients of this process by the variables of AWS."""
    store = Store()
    given = _KEYS | {"AWS_ENDPOINT_URL_S3": store.endpoint}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    s3fs.S3FileSystem.clear_instance_cache()
    try:
        store.make_bucket()
        yield store
    finally:
        store.stop()
        s3fs.S3FileSystem.clear_instance_cache()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def without_keys() -> Iterator[None]:
    """Nobody has given this process a key meanwhile."""
    given = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
    os.environ.update({"AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
    s3fs.S3FileSystem.clear_instance_cache()
    try:
        yield
    finally:
        del os.environ["AWS_EC2_METADATA_DISABLED"], os.environ["AWS_SHARED_CREDENTIALS_FILE"]
        os.environ.update(given)
        s3fs.S3FileSystem.clear_instance_cache()
