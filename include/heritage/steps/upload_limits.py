"""What an upload may ask of a wiki, how long it waits, and when it gives up."""

from dataclasses import dataclass, field

from heritage.ports.wiki import READ_TOGETHER
from heritage.statements.summary import EDIT_GROUPS
from heritage.steps.read_ahead import Ahead


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Seconds and counts that the wiki's rules and its servers set.

    `settle`: so long after its answer was missed, or a run was found dead, a creation cannot arrive any more
    (half a minute until it is sent, ten seconds to connect, and the server gives a request up after 60).
    `look_every`: between looks meanwhile. `busy`: the longest pause when the wiki does not say how long; the
    first is a second, each next twice as long. `patience`: how long one edit is waited for in all.
    `attempts`: tries for one edit when it is not the wiki that is busy. `breaker`: troubles in a row after
    which a person must look. `gate` and `stop_page`: how long an answer of the licence gate is relied on, and
    a look at the stop page. `careful`: so many edits of a batch are read back one by one, afterwards
    `read_together` of them, or after `read_after`. `written_ahead` edits are written down together where none
    has to wait, and are sent `sent_within` so long, which `settle` leaves room for. `edit_groups` ends the
    summary of an edit and leads to all of its batch.
    """

    settle: float = 120.0
    look_every: float = 10.0
    busy: float = 30.0
    patience: float = 300.0
    attempts: int = 5
    breaker: int = 5
    gate: float = 60.0
    stop_page: float = 10.0
    careful: int = 10
    read_together: int = READ_TOGETHER
    read_after: float = 10.0
    written_ahead: int = 10
    sent_within: float = 5.0
    edit_groups: str = EDIT_GROUPS
    ahead: Ahead = field(default_factory=Ahead)
