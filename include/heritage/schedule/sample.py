"""How fast a source may go: slowly while it is new, and on only when people have looked at a sample."""

from dataclasses import dataclass
from datetime import date
from math import sqrt

from heritage.schedule.capacity import Sample
from heritage.schedule.settings import SampleRule


@dataclass(frozen=True, slots=True)
class Source:
    """What the journal knows of a register on a wiki. `weeks` are earlier weeks in which edits of it went
    out, `finished` is the day on which a batch of it was through last."""

    sent: int = 0
    weeks: int = 0
    this_week: int = 0
    finished: date | None = None


def upper_bound(wrong: int, looked_at: int, z: float) -> float:
    """The most that may be wrong among all, by Wilson's interval for a share.

    >>> f"{upper_bound(3, 300, 1.96):.3f} {upper_bound(0, 100, 1.96):.3f}"
    '0.029 0.037'
    """
    share = wrong / looked_at
    spread = z * sqrt(share * (1 - share) / looked_at + z * z / (4 * looked_at * looked_at))
    return (share + z * z / (2 * looked_at) + spread) / (1 + z * z / looked_at)


def finding(sample: Sample, sent: int, rule: SampleRule) -> tuple[bool, str]:
    """Whether a sample lets a source go on, and why. Where everything was looked at, nothing is guessed."""
    whole = sample.looked_at >= sent
    most = sample.wrong / sample.looked_at if whole else upper_bound(sample.wrong, sample.looked_at, rule.z)
    told = f"{sample.wrong} of {sample.looked_at} edits that people looked at on {sample.on} are wrong"
    told += "" if whole else f", so up to {most:.1%} of all may be"
    passed = most <= rule.most_wrong
    return passed, f"{told}; the most that is allowed is {rule.most_wrong:.0%}"


def pace(
    source: Source, sample: Sample | None, ramp: tuple[int, ...], rule: SampleRule
) -> tuple[tuple[int, ...], str]:
    """How many edits the next weeks may bring, one after the other, before any number may; and why nothing
    may be sent now, empty when something may."""
    if sample is not None:
        passed, told = finding(sample, source.sent, rule)
        if not passed:
            again = "mend what is wrong" if sample.wrong else "look at more"
            return (), f"{told}: {again}, and enter a new sample"
        if source.finished is None or source.finished <= sample.on:
            return (), ""
    left = ramp[source.weeks :]
    if sample is None and left:
        return left, ""
    due = min(rule.size, source.sent)
    return (
        (),
        f"{source.sent:,} edits of this register went out: look at {due} of them and enter what is wrong",
    )
