"""Words that the pages on priorities choose among; a catalogue has each of them."""

from types import MappingProxyType

from heritage.governance.agenda import Part
from heritage.governance.settings import Role
from heritage.model.evidence import Level
from heritage.model.governance import DecisionType, RequestState, Result, RoundKind
from heritage.web.priorities.lenses import Lens


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the language of the page."""
    return message


NOT_YOURS = _("Only people whom the terms of reference name for this role today can do this.")

PROTECTED = _("This is about a place that is protected: only those who decide on it are told more.")

ROLES = MappingProxyType(
    {
        Role.MEMBER: _("member"),
        Role.CHAIR: _("chair"),
        Role.SECRETARY: _("secretary"),
        Role.DATA_STEWARD: _("data steward"),
        Role.SENSITIVITY_STEWARD: _("sensitivity steward"),
        Role.EXPERT_COMMITTEE: _("Expert Committee"),
        Role.APPEAL_PANEL: _("appeal panel"),
        Role.OBSERVER: _("observer"),
    }
)
ANSWERS = MappingProxyType(
    {
        "for": _("for"),
        "against": _("against"),
        "abstain": _("abstain"),
        "recused": _("recused"),
    }
)
RESULTS = MappingProxyType(
    {
        Result.APPROVED: _("approved"),
        Result.REFUSED: _("refused"),
        Result.DEFERRED: _("deferred"),
    }
)
ROUND_KINDS = MappingProxyType(
    {
        RoundKind.REGULAR: _("Regular round"),
        RoundKind.EMERGENCY: _("Emergency"),
        RoundKind.APPEAL: _("Hearing of an appeal"),
    }
)
PARTS = MappingProxyType(
    {
        Part.QUESTION: _("Questions"),
        Part.CONSENT: _("Consent agenda"),
        Part.BALLOT: _("Ballot"),
        Part.LATER: _("Later"),
    }
)
DECISION_TYPES = MappingProxyType(
    {
        DecisionType.PRIORITY: _("priority"),
        DecisionType.EMERGENCY: _("emergency"),
        DecisionType.RATIFICATION: _("ratification of an emergency"),
        DecisionType.APPEAL: _("appeal"),
        DecisionType.RETRACTION: _("retraction"),
        DecisionType.WEIGHTS: _("weights"),
        DecisionType.SENSITIVITY: _("sensitivity"),
        DecisionType.LICENCE: _("licence"),
        DecisionType.PORTFOLIO: _("share kept for what is covered least"),
    }
)
QUESTIONS = MappingProxyType(
    {
        DecisionType.WEIGHTS.value: _("Other weights of the criteria"),
        DecisionType.PORTFOLIO.value: _("Waive the share kept for what is covered least"),
        DecisionType.RETRACTION.value: _("Withdraw a decision"),
    }
)
ROBUSTNESS = MappingProxyType(
    {
        "robust in": _("robust in"),
        "contested": _("contested"),
        "robust out": _("robust out"),
    }
)
CRITERIA = MappingProxyType(
    {
        "urgency": _("Urgency"),
        "relevance": _("Relevance"),
        "equity": _("Equity and coverage"),
        "readiness": _("Readiness"),
    }
)
GATES = MappingProxyType(
    {
        "licence": _("Licence"),
        "sensitivity": _("Sensitivity"),
        "quality": _("Quality"),
        "ethics note": _("Ethics note"),
    }
)
LENSES = MappingProxyType(
    {
        "legal": _("Legal"),
        "technical": _("Technical"),
        "risk": _("Risk"),
        "sustainability": _("Sustainability"),
    }
)
REQUEST_STATES = MappingProxyType(
    {
        RequestState.OPEN: _("open"),
        RequestState.ACCEPTED: _("accepted"),
        RequestState.DECLINED: _("declined"),
        RequestState.DONE: _("done"),
    }
)
DONE = MappingProxyType(
    {
        "voted": _("Your answers are recorded. You can change them until voting ends."),
        "unchanged": _("Nothing was new in what you sent: your answers are as they were."),
        "agreed": _("You agree with the consent agenda. You can still put items of it to the vote."),
        "pulled": _("The item will be voted on. Everybody sees your reason."),
        "opened": _("The round is open, and its members are told."),
        "ended": _("Voting has ended. The results are provisional until the secretary confirms them."),
        "confirmed": _("The round is closed: you have confirmed that it went by the rules."),
        "returned": _("The round is closed: every item is put off, with your reason on record."),
        "appealed": _("The appeal is filed. Nothing of the decision is uploaded until it is heard."),
        "asked": _("The request is with the Helpdesk."),
        "assessed": _("Your assessment is recorded; a later one of yours takes its place."),
        "stated": _("The state of the request is changed."),
        "reading": _("From now on pages are shown like this in this browser."),
    }
)
LOOKS = MappingProxyType(
    {
        Lens.LEGAL: _("Legal"),
        Lens.ENGAGEMENT: _("Engagement"),
        Lens.RISK: _("Risk"),
        Lens.TECHNOLOGY: _("Technology"),
    }
)
LEVELS = MappingProxyType(
    {
        Level.LOST: _("lost"),
        Level.CRITICAL: _("critical"),
        Level.AT_RISK: _("at risk"),
        Level.VULNERABLE: _("vulnerable"),
        Level.WATCH: _("to be watched"),
        Level.NONE_KNOWN: _("no risk known"),
        Level.UNKNOWN: _("unknown"),
    }
)
LICENCES = MappingProxyType(
    {
        "ALLOW": _("may be used"),
        "NEEDS_WAIVER": _("needs the publisher’s written permission"),
        "BODY_DECISION": _("the body decides, by two thirds"),
        "LINK_ONLY": _("only links to it"),
        "DENY": _("may not be used"),
    }
)
CHECKS = MappingProxyType({"yes": _("yes"), "no": _("no"), "unclear": _("unclear")})
STANDINGS = MappingProxyType(
    {
        "requester": _("asked for something"),
        "community": _("a community"),
        "data owner": _("an owner of data"),
    }
)
SAID_ELSEWHERE = (
    *(_("urgency"), _("relevance"), _("equity"), _("readiness")),
    *(_("type"), _("designation"), _("municipality"), _("country")),
    *(
        _("identifiers"),
        _("types, designations and dates"),
        _("places"),
        _("names"),
        _("images"),
        _("new items"),
    ),
    *(_("{register}: {kind}"), _("{register}: {kind} of what is at risk")),
    _("Documented: a community asked for it ({url})."),
    _("Documented: its reuse is planned ({url})."),
    _("Documented: a partner is engaged ({url})."),
    _("edits"),
    *(_("statements"), _("references"), _("labels, descriptions and aliases")),
    _("conflicts, reported and not edited"),
    _("pieces of information that are kept back"),
    _("records without an item"),
    _("records whose match is in doubt"),
    _("edits that would not be sent: {what}"),
    _("findings that people on the wiki would object to: {what}"),
    _("records of the level {what}"),
    _("A weight cannot be below 0."),
    _("This is not a number: write one like 30 or 0.3."),
    _("Give this criterion a weight; 0 leaves it out."),
    _("All weights are 0: give at least one criterion a weight above 0."),
    _("Can it be done with the tools and the people that there are?"),
    _("Do licence, personal rights and the wishes of communities allow it?"),
    _("Is the harm that it could do to sites or people small, and known?"),
    _("Will somebody look after what comes of it?"),
)
"""What stands in the gaps of sentences, or comes from a vocabulary."""
WORDS = MappingProxyType(
    {
        "roles": ROLES,
        "answers": ANSWERS,
        "results": RESULTS,
        "round_kinds": ROUND_KINDS,
        "parts": PARTS,
        "types": DECISION_TYPES,
        "questions": QUESTIONS,
        "robustness": ROBUSTNESS,
        "criteria": CRITERIA,
        "gates": GATES,
        "lenses": LENSES,
        "states": REQUEST_STATES,
        "looks": LOOKS,
        "levels": LEVELS,
        "licences": LICENCES,
        "checks": CHECKS,
        "standings": STANDINGS,
        "protected": PROTECTED,
    }
)
"""For templates."""
