"""The way out for what a register holds, towards anybody beyond this installation: Commons, Europeana, and
whatever we publish ourselves. Edits on Wikidata go through the same gate, kind by kind, in `plan_upload`.

Counts and levels that we derived may be told of every register; what it says itself leaves through `let_out`,
and what sources of evidence say through `let_quote`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.licence.gate import Facts, GateAnswer, answer
from heritage.licence.permission import Permission, Target
from heritage.licence.vocabulary import Licences
from heritage.model.arrow import pc, with_columns
from heritage.model.governance import LicenceAnswer

_OPENS = {
    LicenceAnswer.NEEDS_WAIVER: "A waiver of the publisher that covers the database right opens it: "
    "`heritage permission add {source} --target {target}`.",
    LicenceAnswer.BODY_DECISION: "A decision of the governance body opens it: `heritage permission ask "
    "{source} --target {target}`.",
    LicenceAnswer.LINK_ONLY: "Only a licence of the publisher that allows it opens it.",
    LicenceAnswer.DENY: "Only a licence of the publisher that allows it opens it.",
}
_MEDIA_LINKED = (LicenceAnswer.ALLOW, LicenceAnswer.LINK_ONLY)


@dataclass(frozen=True, slots=True)
class Credit:
    """How a source is named where its licence asks for it; `share_alike`: what comes from it stays under its
    licence and apart from the rest."""

    source: str
    text: str
    licence: str
    evidence: str
    share_alike: bool


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What stays, in plain words: how many, why, and what would open the way."""

    count: int
    reason: str
    opens: str


@dataclass(frozen=True, slots=True)
class LetOut:
    """What may leave of some records; nothing else of them may. `credit` has to be shown with it."""

    records: pa.Table
    kept_back: tuple[KeptBack, ...] = ()
    credit: Credit | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Sentences that may leave, the links to sources that are not quoted by record id, and whom to name."""

    rows: pa.Table
    links: Mapping[str, str]
    named: tuple[Credit, ...]


@dataclass(frozen=True)
class Leaves:
    """What the gate answers for any source towards one target on one day.

    `facts` gives what is known of the rights in a source, None for one that nobody describes (any more):
    that one is judged by the licence that was kept with what it said, under the strictest law.
    """

    target: Target
    licences: Licences
    permissions: Sequence[Permission]
    today: date
    facts: Callable[[str], Facts | None]
    _given: dict[Facts, GateAnswer] = field(default_factory=dict, repr=False)

    def of(self, source: str, licence: str = "") -> GateAnswer:
        """The answer for all that a source holds."""
        return self._answer(self._known(source, licence))

    def open(self, source: str, licence: str = "") -> bool:
        """Whether all that a source says may leave."""
        return self.of(source, licence).answer is LicenceAnswer.ALLOW

    def of_media(self, source: str, licence: str | None) -> GateAnswer:
        """The answer for an image with a licence of its own; one without is nobody's to give away."""
        known, named = self._known(source, ""), (licence or "").strip()
        if self.target is Target.COMMONS and named:
            return self._answer(replace(known, media=named))
        own = replace(known, licence_id=named, media="", stated="", third_party="")
        return self._answer(replace(own, covers_database_right=None))

    def credit(self, source: str, licence: str = "") -> Credit | None:
        """See `credit_of`."""
        return credit_of(self._known(source, licence), self.licences)

    def _known(self, source: str, licence: str) -> Facts:
        return self.facts(source) or Facts(dataset=source, licence_id=licence, evidence="", maker="")

    def _answer(self, facts: Facts) -> GateAnswer:
        if facts not in self._given:
            self._given[facts] = answer(facts, self.target, self.licences, self.permissions, today=self.today)
        return self._given[facts]


def credit_of(facts: Facts, licences: Licences) -> Credit | None:
    """How to name a source, None where its licence does not ask for it."""
    terms = licences.find(facts.licence_id)
    if terms is None or not (terms.attribution or terms.share_alike):
        return None
    licence = licences.read(facts.licence_id) or facts.licence_id
    text = facts.attribution or facts.maker or facts.dataset
    return Credit(facts.dataset, text, licence, facts.evidence, terms.share_alike)


def let_out(records: pa.Table, source: str, leaves: Leaves) -> LetOut:
    """The records (schema RECORDS, or some of its columns with `record_id`) of a source that may leave.

    Towards Commons it is the images with their record ids, each by its own licence. Towards the others it is
    records whole, by the licence of the data; their images stay where their own licence does not even allow a
    link. A permission that is not about all that the source holds opens nothing here.
    """
    if leaves.target is Target.COMMONS:
        return _images(records, source, leaves)
    given = leaves.of(source)
    found = records if given.answer is LicenceAnswer.ALLOW else records.slice(0, 0)
    if "image" in found.column_names:
        found = _with_free_images(found, source, leaves)
    missing = records.num_rows - found.num_rows
    kept = (KeptBack(missing, given.reason, _opens(given, source, leaves)),) if missing else ()
    return LetOut(found, kept, leaves.credit(source) if found.num_rows else None)


def let_quote(told: pa.Table, evidence: pa.Table, leaves: Leaves) -> Quoted:
    """Sentences about levels (columns record_id and explanation) as they may leave, where evidence says more
    than its licence lets us repeat: then the level stands alone, with a link to the source.

    `evidence` needs record_id, register, licence, source and url. A sentence of which nobody knows whom it
    quotes is not told.
    """
    by_record: dict[str, list[dict[str, Any]]] = {}
    columns = ["record_id", "register", "licence", "source", "url"]
    for row in evidence.select(columns).to_pylist():
        by_record.setdefault(row["record_id"], []).append(row)
    sentences: list[str] = []
    links: dict[str, str] = {}
    named: dict[str, Credit] = {}
    for row in told.select(["record_id", "explanation"]).to_pylist():
        said = by_record.get(row["record_id"], [])
        quoted = [one for one in said if one["source"] in row["explanation"]]
        closed = [one for one in quoted if not leaves.open(one["register"], one["licence"])]
        if said and not closed:
            sentences.append(row["explanation"])
            owed = (leaves.credit(one["register"], one["licence"]) for one in quoted)
            named |= {credit.source: credit for credit in owed if credit}
            continue
        sentences.append(_derived(list(dict.fromkeys(one["source"] for one in closed))))
        if link := next((one["url"] for one in closed if one["url"]), ""):
            links[row["record_id"]] = link
    rows = with_columns(told, {"explanation": pa.array(sentences, pa.string())})
    return Quoted(rows, links, tuple(named.values()))


def _derived(sources: Sequence[str]) -> str:
    if not sources:
        return "Whose evidence the level comes from is not known, so nothing of it is repeated here."
    return (
        f"We derived the level from {' and '.join(sources)}; the licence does not let us repeat what it says."
    )


def _images(records: pa.Table, source: str, leaves: Leaves) -> LetOut:
    with_image = records.select(["record_id", "image"]).filter(pc.is_valid(records["image"]))
    licences = pc.struct_field(with_image["image"].combine_chunks(), "licence").to_pylist()
    answers = {licence: leaves.of_media(source, licence) for licence in set(licences)}
    given = [answers[licence] for licence in licences]
    free = [one.answer is LicenceAnswer.ALLOW for one in given]
    kept = Counter(one for one in given if one.answer is not LicenceAnswer.ALLOW)
    told = tuple(
        KeptBack(count, one.reason, _opens(one, source, leaves)) for one, count in kept.most_common()
    )
    found = with_image.filter(pa.array(free, pa.bool_()))
    return LetOut(found, told)  # an image says itself who made it


def _with_free_images(records: pa.Table, source: str, leaves: Leaves) -> pa.Table:
    images = records["image"].combine_chunks()
    licences = pc.struct_field(images, "licence").to_pylist()
    linked = {one: leaves.of_media(source, one).answer in _MEDIA_LINKED for one in set(licences)}
    free = pa.array([linked[one] for one in licences], pa.bool_())
    return with_columns(records, {"image": pc.if_else(free, images, pa.scalar(None, images.type))})


def _opens(given: GateAnswer, source: str, leaves: Leaves) -> str:
    if leaves.target is Target.COMMONS and given.answer is LicenceAnswer.DENY:
        return (
            "Only a free licence of their own opens it, stated by the publisher, a statute or a VRT ticket."
        )
    return _OPENS[given.answer].format(source=source, target=leaves.target.value)
