"""Questions about records that only a person can answer."""

from enum import StrEnum


class TaskKind(StrEnum):
    """Why a person is asked."""

    DELISTED = "delisted"
    """It stands on a list no longer: repaired, or demolished?"""
    RECHECK = "recheck"
    """All evidence has expired, and the last level was high."""
    UNVERIFIED = "unverified"
    """There is evidence that is not enough to go by."""
    CANDIDATE_LOST = "candidate_lost"
    """One source says that it is lost; a second one has to confirm."""
    CONFLICTING = "conflicting"
    """Sources contradict each other."""
    SENSITIVE = "sensitive"
    """It is withheld because what it is cannot be decided."""
    SUPPRESSION = "suppression"
    """Its place is public on Wikidata although it should not be; no machine edits that."""
