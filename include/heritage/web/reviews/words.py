"""Words that the pages on reviews choose among; a catalogue has each of them."""

from types import MappingProxyType

from heritage.model.review import (
    DONT_KNOW,
    NONE_OF_THESE,
    RIGHT,
    WRONG,
    AnnotationKind,
    CampaignState,
    ReviewKind,
    Verdict,
)


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the language of the page."""
    return message


READS_ONLY = _("Your account may only read. Ask an administrator for a role that may answer.")
NO_CAMPAIGN = _("There is no such campaign.")
NO_TASK = _("There is no such task, or it is one that is not shown to you.")

NO_REPORTS = _("No campaign takes reports on this place now.")
SAID_ELSEWHERE = (
    _("This campaign does not ask for this kind of knowledge."),
    _("This campaign does not ask what people know."),
    _("You work for this register: tell its owner, who can change it."),
    _("Only a coordinator of the campaign pauses or resumes it."),
    _("Say why: the reason is shown on the campaign's page."),
    _("This campaign is not there any more."),
    _("The page sent no usable key with this answer; load it again."),
    _("This is not among the choices of the task; load the page again."),
)
"""Why the service refuses what a form asks for."""

KINDS = MappingProxyType(
    {
        ReviewKind.MATCH: _("Find the same place"),
        ReviewKind.TERM: _("Find what a term stands for"),
        ReviewKind.ANNOTATION: _("Judge what is said of a place"),
        ReviewKind.KNOWLEDGE: _("Add what you know"),
        ReviewKind.DANGER: _("Judge reports of danger"),
    }
)
QUESTIONS = MappingProxyType(
    {
        ReviewKind.MATCH: _("Is this the same place as one of these?"),
        ReviewKind.TERM: _("Which of these does the term stand for?"),
        ReviewKind.ANNOTATION: _("Is this right?"),
        ReviewKind.KNOWLEDGE: _("What do you know of this place?"),
        ReviewKind.DANGER: _("Does this show that the place is in such danger?"),
    }
)
CHOICES = MappingProxyType(
    {
        RIGHT: _("Yes, it is right"),
        WRONG: _("No, it is wrong"),
        NONE_OF_THESE: _("None of these"),
        DONT_KNOW: _("I don’t know"),
    }
)
OF_DANGER = MappingProxyType({RIGHT: _("Yes, it shows that"), WRONG: _("No, it does not")})
"""What the same choices say where danger is judged."""
KEYS = MappingProxyType({RIGHT: "1 r", WRONG: "2 w", NONE_OF_THESE: "n", DONT_KNOW: "d ?"})
"""On a keyboard; items have digits, then letters that nothing else has."""
LETTERS = "123456789abefghijklmopqrstvwxyz"
ANNOTATIONS = MappingProxyType(
    {
        AnnotationKind.TERM: _("A term"),
        AnnotationKind.PLACE: _("Where it is"),
        AnnotationKind.TRANSLATION: _("Its name in another language"),
        AnnotationKind.TAG: _("A word of your own"),
    }
)
ABOUT = MappingProxyType(
    {
        "P31": _("what it is"),
        "P186": _("what it is made of"),
        "P149": _("its style"),
        "P462": _("its colour"),
        "P131": _("the area that it lies in"),
        "P625": _("where it lies"),
    }
)
"""Properties of Wikidata that an annotation may be about."""
ASKED_ABOUT = ("P31", "P186", "P149", "P462")
STATES = MappingProxyType(
    {
        CampaignState.OPEN: _("open"),
        CampaignState.PAUSED: _("paused"),
        CampaignState.CLOSED: _("closed"),
    }
)
VERDICTS = MappingProxyType(
    {
        Verdict.OPEN: _("More answers are needed."),
        Verdict.ACCEPTED: _("People agree."),
        Verdict.EXPERT: _("People disagree or do not know: an expert decides."),
        Verdict.STALE: _("The record or the item has changed since it was asked: the task is asked anew."),
    }
)
CONDITIONS = MappingProxyType(
    {
        "none_known": _("No danger is to be seen"),
        "watch": _("Something to be watched"),
        "vulnerable": _("Vulnerable: it could come to harm"),
        "at_risk": _("At risk: it comes to harm if nothing is done"),
        "critical": _("Critical: it is being lost now"),
        "lost": _("Lost: nothing of it is left to save"),
    }
)
NO_PLACE = _("Give both latitude and longitude in degrees, such as 41.7151 and 44.8271.")
FAULTS = MappingProxyType(
    {
        "item": _("Give a term by its number, such as Q41176, or search for it by its name."),
        "place": NO_PLACE,
        "text": _("This text is too long: leave something out."),
        "lang": _("Say in which language the name is, by its code, such as sv or ka."),
        "kind": _("Nothing was filled in."),
        "": _("Nothing was filled in."),
        "condition": _("Choose how it stands with the place."),
        "observed": _("Give the day on which it was seen as year, month and day, not after today."),
        "evidence": _("Say what was seen, in your own words and at most 2,000 characters."),
        "url": _("Give the address of a page with https:// in front, or none."),
    }
)
"""What to write instead, by the field that was refused."""
DONE = MappingProxyType(
    {
        "kept": _("Your answer is kept."),
        "known": _("This answer was kept before."),
        "undone": _("Your answer is taken back. You can give another."),
        "settled": _("This task is settled meanwhile: your answer stays as it is."),
        "steered": _("The state of the campaign is changed."),
        "ranked": _("Leaderboards follow what you chose."),
        "forgotten": _("You are forgotten: nothing here leads to you any more."),
        "suggested": _("Thank you. Others judge now whether it is right; you can add more."),
        "reported": _("Thank you. Your report is with the people who judge it; nobody else sees it before."),
    }
)
SCRIPT = MappingProxyType(
    {
        "kept": _("Kept: {choice}. Press u to undo."),
        "undone": _("Taken back: answer again."),
        "undone_not": _("It is settled meanwhile: your answer stays."),
        "nothing": _("There is nothing to undo."),
        "refused": _("Not kept: {title}: {reason}"),
        "waiting": _("No network. Answers that wait here until it is back: {count}."),
        "sent": _("All your answers are sent."),
        "login": _("Log in again to send the answers that wait here."),
        "done_bag": _("You have answered all that you took with you."),
        "choose": _("Choose first."),
        "correct": _("What would be right? Write it, or press Enter to go on without."),
        "taken": _("Tasks on this device: {count}. They work without a network."),
        "taking": _("Taking tasks with you …"),
        "took_none": _("There is nothing to take with you: you have answered all that is open."),
        "failed": _("This did not work. Is there a network?"),
        "cleared": _("Nothing is left on this device."),
    }
)
"""For scripts, which fill the gaps."""
WORDS = MappingProxyType(
    {
        "kinds": KINDS,
        "questions": QUESTIONS,
        "choices": CHOICES,
        "annotations": ANNOTATIONS,
        "about": ABOUT,
        "states": STATES,
        "verdicts": VERDICTS,
        "conditions": CONDITIONS,
    }
)
"""For templates."""
