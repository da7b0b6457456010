"""Errors, sorted by what the caller must do. `orchestration` maps each to fail, retry or skip."""

import re

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """A sentence in which nothing acts on the terminal or the page that shows it: control characters, and
    those that turn the direction of what follows, are written as escapes.

    >>> print(visible("a\\x1b[31m \\u202egpj.exe"))
    a\\x1b[31m \\u202egpj.exe
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class HeritageError(Exception):
    """Anything this product raises on purpose; its text is meant for a person.

    What a register or a server says may stand in it, so it is `visible`, line by line.

    >>> print(HeritageError("there is no layer \\u202egpj"))
    there is no layer \\u202egpj
    """

    def __str__(self) -> str:
        return "\n".join(map(visible, super().__str__().split("\n")))


class SpecError(HeritageError):
    """A dataset description is wrong: fail, and tell the maintainer the file and the key."""


class SourceUnavailable(HeritageError):
    """The register could not be reached or asked us to wait: retry later, the last good snapshot stays."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """`retry_after` in seconds, when the publisher asked for a longer wait than a pull holds out."""
        super().__init__(message)
        self.retry_after = retry_after


class SourceChanged(HeritageError):
    """What came is not the register we know: fail and tell the maintainer; the last good snapshot stays."""


class SnapshotStopped(HeritageError):
    """A check of severity stop failed: the snapshot is not used, the last good one stays."""


class StoreDamaged(HeritageError):
    """A file of our own store is not as it was written: fail, and restore it or make it again."""


class StoreUnavailable(HeritageError):
    """Our own files or database cannot be reached now: retry later, nothing is lost."""


class StoreRefused(HeritageError):
    """Our own files or database do not let us do this: fail; a person must mend what it says."""


class DecisionMissing(HeritageError):
    """Nobody decided this: upload nothing."""


class DecisionStale(HeritageError):
    """What was decided on has changed since: upload nothing and bring it to the body again."""


class GovernanceError(HeritageError):
    """A vote or a ruling breaks the terms of reference: refuse it and say which rule."""


class EntryRefused(HeritageError):
    """What a person entered cannot be: nothing is kept; `faults` has the field and what to write instead."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{field}: {told}" if field else told for field, told in faults))
        self.faults = faults


class BatchTaken(HeritageError):
    """Another run is sending this batch: stop and leave the batch to that run."""


class BatchHeld(HeritageError):
    """A person's order, or a pilot that nobody has looked at, holds the batch: leave what waits."""


class OrderRefused(HeritageError):
    """An order that does not fit where the batch stands: refuse it and say where it stands."""


class WikiBusy(HeritageError):
    """The wiki asks us to slow down or is read-only: retry later, nothing was saved."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """`retry_after` in seconds, when the wiki said how long."""
        super().__init__(message)
        self.retry_after = retry_after


class ServiceBusy(HeritageError):
    """The reconciliation service has more to do than its time allows: ask again later, with less at once."""


class WikiUnclear(HeritageError):
    """The answer to a write was lost: it may have been saved. Look at the wiki before anything else."""


class WikiRefused(HeritageError):
    """The wiki refused this edit for a reason that will not pass: skip it and report the reason."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class WikiStopped(HeritageError):
    """A person or the wiki told us to stop (stop page, block, lost rights): stop the whole batch."""


class CircuitOpen(WikiStopped):
    """One trouble after another: nothing more of the batch is sent, in later runs neither, before a person
    has looked and resumed it."""


class EditConflict(HeritageError):
    """The item changed under our hands: read it again and decide anew."""
