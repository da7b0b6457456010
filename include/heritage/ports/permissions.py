"""What people put on record about licences, and what the licence gate answered: the SQL side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from heritage.licence.permission import Permission, Target
from heritage.licence.question import Question


@dataclass(frozen=True, slots=True)
class Revocation:
    """A permission was taken back, or an appeal suspends it: from that moment on it opens nothing."""

    reason: str
    revoked_at: datetime
    revoked_by: str


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the gate answered about one version of a dataset towards one target, with what it rests on.

    `licence_id`, `stated`, `evidence`, `maker`, `maker_country`, `covers_database_right`, `third_party`,
    `legal_basis` and `personal` (columns that are dropped) are the facts, `facts` is their digest.
    `permission` is the hash of what opened the gate. `reopened` says what changed since the result before,
    and `stopped` are the batches that were planned and not yet sent then.
    """

    dataset: str
    snapshot: str
    target: Target
    answer: str
    reason: str
    licence_id: str
    stated: str
    evidence: str
    maker: str
    maker_country: str | None
    covers_database_right: bool | None
    third_party: str
    legal_basis: str
    personal: tuple[str, ...]
    facts: str
    permission: str = ""
    reopened: str = ""
    stopped: tuple[str, ...] = ()


class PermissionStore(Protocol):
    """Everything is kept; nothing is changed. Reading raises GovernanceError for a line that was."""

    def add(self, permission: Permission, at: datetime, by: str) -> bool:
        """False when just this permission is on record already."""
        ...

    def revoke(self, permission_hash: str, reason: str, at: datetime, by: str) -> None: ...

    def permissions(self) -> list[Permission]:
        """All that were ever recorded, oldest first; also those that were revoked."""
        ...

    def revocations(self) -> Mapping[str, Revocation]:
        """By the hash of what was revoked, the first revocation of each."""
        ...

    def ask(self, question: Question, at: datetime) -> bool:
        """Keeps a question for the governance body. False when it was asked already."""
        ...

    def questions(self) -> list[Question]:
        """All questions, oldest first."""
        ...

    def note(self, result: GateResult, at: datetime) -> None:
        """Keeps what the gate answered."""
        ...

    def results(self, dataset: str) -> list[tuple[datetime, GateResult]]:
        """All that the gate answered about a dataset, oldest first."""
        ...


class LetterArchive(Protocol):
    """Letters of owners, beside the snapshots; a letter is named by the SHA-256 of its bytes."""

    def keep(self, letter: Path) -> str:
        """Keeps a file as it is, and gives its SHA-256. Safe to repeat."""
        ...

    def holds(self, sha256: str) -> bool:
        """True when the letter is there and its bytes are those that were kept."""
        ...
