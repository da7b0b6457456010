"""The licence gate (domain details, part c): an answer with its reason for each licence and target.

None of it is legal advice. A licence that is missing, or that nobody here has read, is DENY.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from heritage.licence.permission import Permission, PermissionKind, Target
from heritage.licence.vocabulary import Licences, Terms, spdx
from heritage.model.digest import digest_json
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer

_CLOSED = (LicenceAnswer.NEEDS_WAIVER, LicenceAnswer.BODY_DECISION)
_FREE_TAGS = (PermissionKind.STATUTE, PermissionKind.VRT)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the rights in one version of a dataset.

    `stated` is what the source itself says of its licence, to the letter. `third_party` says what in the
    register is others' work, `legal_basis` which statute it rests on; `media` is the licence of its images,
    where the register tells one. `maker_country` has two letters; without it the strictest law is assumed.
    `attribution` is how the publisher wants to be named.
    """

    dataset: str
    licence_id: str
    evidence: str
    maker: str
    maker_country: str | None = None
    covers_database_right: bool | None = None
    """None: as the licence does."""
    third_party: str = ""
    legal_basis: str = ""
    personal: tuple[str, ...] = ()
    """Columns that are dropped when a row is read."""
    stated: str = ""
    media: str = ""
    attribution: str = ""

    def digest(self, licences: Licences) -> str:
        """Changes when the licence does: a decision or a batch under another one holds no more."""
        named = licences.read(self.licence_id) or self.licence_id.casefold()
        said = licences.read(self.stated) or self.stated
        same = said == named
        return digest_json(
            [
                named,
                "" if same else said,
                self.maker_country,
                self.covers_database_right,
                self.third_party,
                self.legal_basis,
                self.media,
            ]
        )


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What is allowed towards a target, and why in words that go onto the priority report.

    `permission` is what opened the gate, and `rows` the only records it opened it for (empty: all);
    `facts` is the digest of what the answer rests on.
    """

    target: Target
    answer: LicenceAnswer
    reason: str
    licence_id: str
    evidence: str
    facts: str
    permission: Permission | None = None

    @property
    def rows(self) -> tuple[str, ...]:
        return self.permission.scope.rows if self.permission else ()


def answer(
    facts: Facts,
    target: Target,
    licences: Licences,
    permissions: Iterable[Permission] = (),
    *,
    today: date,
    kind: Kind | None = None,
) -> GateAnswer:
    """The gate's answer for a dataset towards a target on that day: for one kind of information, or (None)
    for all that it holds."""
    given, reason, terms = _by_licence(facts, target, licences)

    def say(found: LicenceAnswer, why: str, by: Permission | None = None) -> GateAnswer:
        digest = facts.digest(licences)
        return GateAnswer(target, found, why, facts.licence_id, facts.evidence, digest, by)

    if terms is None:
        return say(given, reason)
    if given is LicenceAnswer.ALLOW:
        return say(given, reason + _duties(terms, target))
    near = [p for p in permissions if p.dataset == facts.dataset and p.target is target]
    refusals = []
    for permission in sorted(near, key=_widest_first):
        fault = next(_faults(permission, given, terms, facts, licences, today, kind), None)
        if fault is None:
            part = "" if permission.scope.rows == () else f" for {permission.scope}"
            return say(LicenceAnswer.ALLOW, f"{reason} Opened{part} by the {permission}.", permission)
        refusals.append(f"The {permission} does not open it: {fault}.")
    return say(given, " ".join([reason, *refusals[:1]]))


def allowed_kinds(given: LicenceAnswer) -> frozenset[Kind]:
    """The kinds of information that may go to Wikidata under an answer.

    ALLOW opens all. LINK_ONLY opens identifiers with their reference URL; as new items are not among the
    kinds, only on items that exist. The other answers open nothing.
    """
    if given is LicenceAnswer.ALLOW:
        return frozenset(Kind)
    if given is LicenceAnswer.LINK_ONLY:
        return frozenset({Kind.IDENTIFIERS})
    return frozenset()


def _by_licence(facts: Facts, target: Target, licences: Licences) -> tuple[LicenceAnswer, str, Terms | None]:
    """Answer and reason without any permission; the terms only where a permission could change it."""
    named = facts.media if target is Target.COMMONS and facts.media else facts.licence_id
    if not named.strip():
        law = " Its maker's law protects databases." if _protected(facts, licences) else ""
        return LicenceAnswer.DENY, f"The register names no licence.{law}", None
    terms, known = licences.find(named), licences.read(named)
    if terms is None:
        what = "nobody has read here what it allows" if spdx(named) else "it is no SPDX id and none of ours"
        return LicenceAnswer.DENY, f"The licence {named!r} is not in the vocabulary: {what}.", None
    said = licences.read(facts.stated) if named == facts.licence_id else None
    if said and said != known:
        return (
            LicenceAnswer.DENY,
            f"The source states {said} now, the description {known}: somebody has to look which holds.",
            None,
        )
    if terms.needs_basis and not facts.legal_basis.strip():
        return LicenceAnswer.DENY, f"{known}: the description names no statute (licence.legal_basis).", None
    answers = terms.elsewhere if terms.elsewhere and not _protected(facts, licences) else terms
    given, reason = answers.towards(target), f"{known}: {terms.why}"
    if terms.needs_basis:
        reason += f" Basis: {facts.legal_basis}"
    if given is LicenceAnswer.ALLOW and target is not Target.COMMONS:
        if facts.third_party:
            given = LicenceAnswer.NEEDS_WAIVER
            reason += f" It holds what belongs to others: {facts.third_party}"
        elif facts.covers_database_right is False and _protected(facts, licences):
            given = LicenceAnswer.NEEDS_WAIVER
            reason += " It leaves out the right in the database, which the law of its maker's country knows."
    return given, reason, terms


def _protected(facts: Facts, licences: Licences) -> bool:
    """Whether the maker has a right in the database; where its country is not known, it is assumed."""
    return facts.maker_country is None or facts.maker_country in licences.database_right


def _faults(
    permission: Permission,
    given: LicenceAnswer,
    terms: Terms,
    facts: Facts,
    licences: Licences,
    today: date,
    kind: Kind | None,
) -> Iterator[str]:
    """Why a permission for this dataset and target does not open it, the weightiest first."""
    if permission.kind is PermissionKind.NONE:
        yield "the owner gave no permission"
    yield from permission.faults()
    if not _same_licence(permission, facts, licences):
        yield f"it was given under {permission.licence_id}, and the licence has changed since"
    if not permission.given_on <= today:
        yield "it is not in force yet"
    if permission.valid_until and permission.valid_until <= today:
        yield f"it ended on {permission.valid_until}"
    yield from _out_of_reach(permission, given, terms)
    data = permission.target is not Target.COMMONS
    if data and permission.kind is not PermissionKind.BODY and not permission.covers_database_right:
        yield "it does not cover the database right"
    scope = permission.scope
    if kind is None and (scope.kinds or scope.rows):
        yield f"it is about {scope} only"
    if kind and scope.kinds and kind not in scope.kinds:
        yield f"it is about {scope} only"


def _out_of_reach(permission: Permission, given: LicenceAnswer, terms: Terms) -> Iterator[str]:
    """Never against a refusal, and the body only where it has the competence."""
    if permission.target is Target.COMMONS and terms.statement:
        if permission.kind not in _FREE_TAGS:
            yield "media need a free licence of their own, established by a statute or a VRT ticket"
    elif given not in _CLOSED:
        yield f"nothing turns {given} into more; the publisher has to change the licence"
    elif permission.kind is PermissionKind.BODY and not (
        given is LicenceAnswer.BODY_DECISION or terms.body_may_decide
    ):
        yield "only the owner can waive what this licence asks for"


def _same_licence(permission: Permission, facts: Facts, licences: Licences) -> bool:
    """A permission stands for the licence under which it was given, as the source stated it then."""
    now = licences.read(facts.licence_id) or facts.licence_id.strip().casefold()
    then = licences.read(permission.licence_id) or permission.licence_id.strip().casefold()
    return now == then and (
        permission.stated == facts.stated or licences.read(facts.stated) == now or not facts.stated
    )


def _widest_first(permission: Permission) -> tuple[int, int, str]:
    scope = permission.scope
    return (len(scope.rows) or -1, len(scope.kinds) or -1, permission.hash)


def _duties(terms: Terms, target: Target) -> str:
    if target in (Target.WIKIDATA, Target.EUROPEANA):
        return ""
    duties = ["attribution"] if terms.attribution else []
    if terms.share_alike:
        duties.append("the same licence, kept apart from other data")
    return f" Needs {' and '.join(duties)}." if duties else ""


def may_be_asked(facts: Facts, target: Target, licences: Licences) -> str | None:
    """Why the body may not be asked about this licence, None when it may."""
    given, reason, terms = _by_licence(facts, target, licences)
    if terms is None or given not in _CLOSED:
        return f"the answer is {given} by the licence itself. {reason}"
    if given is LicenceAnswer.BODY_DECISION or terms.body_may_decide:
        return None
    return f"only the owner can waive what this licence asks for. {reason}"


def openings(
    facts: Facts, target: Target, licences: Licences, permissions: Sequence[Permission], *, today: date
) -> dict[Kind, GateAnswer]:
    """The answer for each kind of information."""
    return {kind: answer(facts, target, licences, permissions, today=today, kind=kind) for kind in Kind}
