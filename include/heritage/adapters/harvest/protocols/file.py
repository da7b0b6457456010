"""One file at one address."""

from typing import cast

from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.harvest import FileHarvest
from heritage.spec.source import SourceSpec


def pull(spec: SourceSpec, session: Session) -> Pulled | None:
    """The file; None when the server says that it has not changed since the last capture."""
    harvest = cast(FileHarvest, spec.harvest)
    return download(session, harvest.file_name, harvest.url)


def download(session: Session, name: str, url: str) -> Pulled | None:
    """The file at an address, to be kept under a name; None when it has not changed."""
    answer = session.download(name, url)
    return None if answer is None else Pulled([answer.file()])
