"""What people order about a batch that is being uploaded."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What a person can order. The newest order of a batch says where it stands."""

    RELEASE = "release"
    """The pilot was looked at and is right: the rest may go."""
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    """What waits is never sent; what was sent stays."""
    UNDO = "undo"
    """Nothing more is sent, and what was sent is taken back where nobody has built on it."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one person about one batch."""

    batch_id: str
    action: Action
    reason: str
    given_by: str
    given_at: datetime
