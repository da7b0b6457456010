"""What the journal says and the wiki does not, or the other way round."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """How journal and wiki differ about one edit."""

    NOT_ON_WIKI = "in the journal, not on the wiki"
    NOT_IN_JOURNAL = "on the wiki, not in the journal"
    DOUBLED = "on the wiki more than once"
    DIFFERS = "other on the wiki than in the journal"


@dataclass(frozen=True, slots=True)
class Difference:
    """What was found about one edit; `why` is a sentence for people, without what records say."""

    batch_id: str
    edit_id: str
    record_id: str
    qid: str
    cause: Cause
    why: str


@dataclass(frozen=True, slots=True)
class Audited:
    """How journal and wiki compare. `agree` edits are on both sides once, or on neither; `sending` are on
    their way just now. `mended` were put right in the journal: of what arrived, the wiki is the truth.
    `since` says what others did to our edits later, which is no difference."""

    batches: int
    agree: int
    sending: int
    mended: tuple[Difference, ...]
    differences: tuple[Difference, ...]
    since: tuple[Difference, ...]
