"""Matches and their reasons in words, the same for pages and the command line."""

from heritage.ports.matching import CandidateShown, Decided, Explained, Part

DECIDED = {
    Decided.MATCH: "matched",
    Decided.REVIEW: "for a person to review",
    Decided.NEW: "new: no item yet",
}
NOT_TOLD = "Which items come near is not told of this record: where they lie would say where it is."
WEIGHTS = {
    False: "How much each comparison counts was learned from registers whose matches are known.",
    True: "How much each comparison counts was learned from this register itself, where no match is known.",
}
"""By whether a register has weights of its own."""
_CLEAR = 0.1  # of the log-odds, below which a part neither speaks for nor against
_STRONG = 1.5


def percent(probability: float | None) -> str:
    """A probability for reading; never rounded to certainty.

    >>> percent(0.98304), percent(0.99999), percent(0.0), percent(None)
    ('98.3 %', 'over 99.9 %', 'under 0.1 %', 'not known')
    """
    if probability is None:
        return "not known"
    if probability > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


def speaks(part: Part) -> str:
    """Whether a part of a score speaks for the item.

    >>> [speaks(Part("", None, weight)) for weight in (2.0, 0.4, 0.0, -0.4, -2.0)]
    ['strongly for it', 'for it', 'neither', 'against it', 'strongly against it']
    """
    if abs(part.weight) < _CLEAR:
        return "neither"
    side = "for it" if part.weight > 0 else "against it"
    return f"strongly {side}" if abs(part.weight) >= _STRONG else side


def figure(value: float | None) -> str:
    """How a comparison came out.

    >>> figure(None), figure(1.0), figure(0.12345), figure(43210.0)
    ('not known', '1', '0.12', '43,210')
    """
    if value is None:
        return "not known"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def record_name(one: Explained) -> str:
    """What a record is called; without a name that may be told, by its number."""
    return one.record.name or f"Number {one.record.record_id}"


def sentences(one: Explained) -> list[str]:
    """All of it for a terminal, a line a sentence."""
    record = one.record
    told = [f"{record_name(one)} ({record.dataset}, {record.record_id}): {DECIDED[record.decided]}."]
    if record.reason:
        told.append(record.reason)
    if one.lat is None or one.lon is None:
        told.append("It is shown without a place.")
    elif one.cell_degrees:
        told.append(f"It is shown as a square of {one.cell_degrees:g} degrees.")
    if one.withheld:
        told.append(f"Withheld: {', '.join(one.withheld)}.")
    if one.candidates is None:
        return [*told, NOT_TOLD]
    told.append(WEIGHTS[one.learned_here])
    for number, candidate in enumerate(one.candidates, start=1):
        told += ["", *_of_candidate(number, candidate)]
    return told


def _briefly(part: Part) -> str:
    """A part of a score in a sentence with others; what its figure is measured in stands on the page."""
    name = part.name[:1].lower() + part.name[1:]
    return f"{name.partition(' (')[0]} {figure(part.value)}" if part.compared else name


def _of_candidate(number: int, one: CandidateShown) -> list[str]:
    item = f"{one.label or 'an item without a label'} ({one.qid})"
    told = [f"{number}. {item}: {percent(one.probability)} likely. {one.reason}"]
    for side in ("strongly for it", "for it", "against it", "strongly against it"):
        named = [_briefly(part) for part in one.parts if speaks(part) == side]
        if named:
            told.append(f"   {side.capitalize()}: {'; '.join(named)}.")
    return told
