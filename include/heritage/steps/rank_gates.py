"""What must hold before a proposal is ranked, each with the step that is missing when it does not."""

from collections.abc import Sequence

from heritage.licence.gate import allowed_kinds
from heritage.model.edit import Kind
from heritage.model.governance import Gate, LicenceAnswer

_LICENCE_STEPS = {
    LicenceAnswer.NEEDS_WAIVER: "Ask the publisher for a waiver that covers the database right; archive it.",
    LicenceAnswer.LINK_ONLY: "The licence allows links only: ask the publisher for a waiver.",
    LicenceAnswer.DENY: "Ask the publisher to state a licence that allows this use.",
}


def licence_gate(given: LicenceAnswer, kind: Kind) -> Gate:
    """Where the body may decide, its vote on the proposal is that decision, by two thirds."""
    if given is LicenceAnswer.BODY_DECISION or kind in allowed_kinds(given):
        return Gate("licence", True, given)
    return Gate("licence", False, given, _LICENCE_STEPS[given])


def sensitivity_gate(unruled: int) -> Gate:
    """`unruled` counts records without a disclosure decision in force."""
    if not unruled:
        return Gate("sensitivity", True, "every record has a disclosure decision in force")
    return Gate(
        "sensitivity",
        False,
        f"{unruled} records without a disclosure decision in force",
        "Let the sensitivity steward decide on them, or review what is overdue.",
    )


def quality_gate(readiness: float, least: float) -> Gate:
    """Data that is mostly empty or in doubt does not go to the vote."""
    answer = f"readiness {readiness:.2f}, at least {least:.2f} is asked for"
    if readiness >= least:
        return Gate("quality", True, answer)
    return Gate("quality", False, answer, "Map more of the core fields and answer the matches in review.")


def ethics_gate(note: str, groups: Sequence[str]) -> Gate:
    """A register of one group alone needs a note on what it leaves out."""
    if note:
        return Gate("ethics note", True, "given")
    if len(groups) != 1:
        return Gate("ethics note", True, "not needed: the register does not cover one group alone")
    return Gate(
        "ethics note",
        False,
        f"missing, though the register covers {groups[0]!r} alone",
        "Say in ethics_note what the register leaves out.",
    )
