"""What must hold before a proposal is ranked, each with the step that is missing when it does not."""

from collections.abc import Sequence

from heritage.licence.gate import GateAnswer, allowed_kinds
from heritage.model.edit import Kind
from heritage.model.governance import Gate, LicenceAnswer
from heritage.model.said import Said

_LICENCE_STEPS = {
    LicenceAnswer.NEEDS_WAIVER: "Ask the publisher for a waiver that covers the database right, and archive "
    "it: `heritage permission letter {dataset}` writes the letter, `heritage permission add` keeps it.",
    LicenceAnswer.BODY_DECISION: "Put the question to the governance body, with a legal note: `heritage "
    "permission ask {dataset}`. Or ask the publisher for a waiver: `heritage permission letter {dataset}`.",
    LicenceAnswer.LINK_ONLY: "The licence allows links only: ask the publisher for a free licence.",
    LicenceAnswer.DENY: "Ask the publisher to state a licence that allows this use.",
}


def licence_gate(given: GateAnswer, kind: Kind, dataset: str) -> Gate:
    """Whether this kind of information may go out today."""
    answer = Said(given.answer)
    if kind in allowed_kinds(given.answer):
        return Gate("licence", True, answer)
    return Gate("licence", False, answer, Said(_LICENCE_STEPS[given.answer], {"dataset": dataset}))


def sensitivity_gate(unruled: int) -> Gate:
    """`unruled` counts records without a disclosure decision in force."""
    if not unruled:
        return Gate("sensitivity", True, Said("every record has a disclosure decision in force"))
    return Gate(
        "sensitivity",
        False,
        Said("{records} records without a disclosure decision in force", {"records": unruled}),
        Said("Let the sensitivity steward decide on them, or review what is overdue."),
    )


def quality_gate(readiness: float, least: float) -> Gate:
    """Data that is mostly empty or in doubt does not go to the vote."""
    answer = Said(
        "readiness {readiness:.2f}, at least {least:.2f} is asked for",
        {"readiness": readiness, "least": least},
    )
    if readiness >= least:
        return Gate("quality", True, answer)
    step = Said("Map more of the core fields and answer the matches in review.")
    return Gate("quality", False, answer, step)


def ethics_gate(note: str, groups: Sequence[str], due: Sequence[str] = ()) -> Gate:
    """A register of one group alone needs a note on what it leaves out, and so does one whose ethics profile
    says why in `due`, a sentence each."""
    if note:
        return Gate("ethics note", True, Said("given"))
    reasons: list[str] = list(due)
    if len(groups) == 1:
        alone = Said("The register covers {group!r} alone.", {"group": groups[0]})
        reasons.insert(0, alone if groups[0] else Said("The register covers one group alone."))
    if not reasons:
        answer = Said("not needed: nothing shows that the register covers one group alone")
        return Gate("ethics note", True, answer)
    values = {f"reason_{number}": reason for number, reason in enumerate(reasons, start=1)}
    template = " ".join(["missing.", *(f"{{{name}}}" for name in values)])
    step = Said("Say in ethics_note what the register leaves out.")
    return Gate("ethics note", False, Said(template, values), step)
