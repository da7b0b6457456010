"""Questions on licences as proposals for the ballot: the body decides them by two thirds."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date

from heritage.licence.gate import Facts, answer, may_be_asked
from heritage.licence.permission import Permission, Target
from heritage.licence.question import QUESTION, Question
from heritage.licence.vocabulary import Licences
from heritage.model.governance import LicenceAnswer, Proposal
from heritage.model.said import Said
from heritage.spec.dataset import DatasetSpec

_log = logging.getLogger(__name__)
_TARGETS = {
    Target.WIKIDATA: "be written to Wikidata under CC0",
    Target.COMMONS: "be uploaded to Wikimedia Commons",
    Target.EUROPEANA: "be given to Europeana under CC0",
    Target.EXPORT: "be published in our own exports",
}


def open_questions(
    spec: DatasetSpec,
    snapshot: str,
    questions: Sequence[Question],
    facts: Facts,
    licences: Licences,
    permissions: Sequence[Permission],
    *,
    today: date,
) -> Iterator[Proposal]:
    """The questions on this dataset that an answer would still help, as proposals.

    A question that was asked under another licence, or whose time is over, is left out and told.
    """
    for question in questions:
        if any(p.decision and p == question.decided(p.decision, p.given_on, p.by) for p in permissions):
            continue
        same = (question.licence_id, question.stated) == (facts.licence_id, facts.stated)
        if not same or question.valid_until <= today or may_be_asked(facts, question.target, licences):
            _log.info(
                "The question %s on the licence of %s is not put to the body: it was asked of %s, until %s.",
                *(question.digest[:12], spec.id, question.licence_id, question.valid_until),
            )
            continue
        found = answer(facts, question.target, licences, permissions, today=today)
        if found.answer is not LicenceAnswer.ALLOW:
            yield _proposal(spec, snapshot, question, found.reason, found.facts)


def _proposal(spec: DatasetSpec, snapshot: str, question: Question, reason: str, facts: str) -> Proposal:
    return Proposal.question(
        f"{spec.id}-{QUESTION}-{question.target.value}-{question.digest[:12]}",
        dataset=spec.id,
        snapshot=snapshot,
        title=Said(
            "{register}: may {scope} {done}?",
            {"register": spec.title, "scope": str(question.scope), "done": Said(_TARGETS[question.target])},
        ),
        kind=QUESTION,
        content_hash=question.digest,
        gate="licence",
        reasons=(
            Said(
                "This is a question on a licence: two thirds of the votes are needed, and it holds until "
                "{until}.",
                {"until": str(question.valid_until)},
            ),
            Said("Licence: {reason}", {"reason": reason}),
            Said("Why: {reasons}", {"reasons": question.reasons}),
            Said("Legal note: {note}", {"note": question.legal_note}),
            Said(
                "Asked by {by} on {on}. Not legal advice; an appeal suspends it.",
                {"by": question.asked_by, "on": str(question.asked_on)},
            ),
        ),
        licence=facts,
        publisher=spec.publisher.name,
    )
