"""What a hub of partnerships is told of a dataset and of a batch: facts and counts, nothing of a record."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from heritage.model.edit import (
    Content,
    ItemValue,
    Kind,
    QuantityValue,
    Reference,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    Value,
)
from heritage.model.shown import printable, shorten
from heritage.spec.hub import LEFT_OUT, RENEWED, Fact, Hub
from heritage.statements.dates import DAY
from heritage.statements.difference import in_words
from heritage.statements.text import LABEL_LIMIT, STRING_LIMIT, stored, url_fault

_KIND = Kind.IDENTIFIERS
"""Nothing of this is of a kind that the governance body decides on."""


@dataclass(frozen=True, slots=True)
class Wiki:
    """A wiki whose batches are told; `details` is the address of all edits of a batch, with {batch}."""

    item: str
    details: str


@dataclass(frozen=True, slots=True)
class Words:
    """The ids of a hub in the product's words. A fact without a property is left out."""

    dataset: str
    batch: str
    properties: Mapping[Fact, str]
    wikis: Mapping[str, Wiki]

    @classmethod
    def of(cls, hub: Hub, here: Callable[[str], str]) -> "Words":
        """`here` gives what one of the hub's ids is called here. Nothing must be `missing` in the hub."""
        given = {fact: here(pid) for fact, pid in hub.properties.items() if pid != LEFT_OUT}
        wikis = {name: Wiki(here(one.item), one.details or "") for name, one in hub.wikis.items()}
        return cls(here(hub.dataset or ""), here(hub.batch or ""), given, wikis)

    @property
    def key(self) -> str:
        """The property that holds our ids."""
        return self.properties[Fact.KEY]

    @property
    def renewed(self) -> Mapping[str, Fact]:
        """The properties whose values can become others."""
        return {pid: fact for fact, pid in self.properties.items() if fact in RENEWED}

    def lines(self, content: Content) -> Iterator[str]:
        """What an edit says, for people: names, then a line a fact."""
        facts = {pid: fact for fact, pid in self.properties.items() if fact is not Fact.REFERENCE}
        yield from (f"label: {text}" for text in content.labels.values())
        yield from (f"description: {text}" for text in content.descriptions.values())
        yield from (f"alias: {text}" for texts in content.aliases.values() for text in texts)
        for one in content.statements:
            yield f"{facts[one.property]}: {in_words(one.value)}"
        for new in content.renewals:
            before, after = in_words(new.before.value), in_words(new.after.value)
            yield f"{facts[new.after.property]}: {after}, not {before} any more"
        yield from (f"{facts[one.property]}: a reference" for one in content.references)


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What is told of a dataset; items are Wikidata's, None where nobody has said one."""

    dataset: str
    title: str
    publisher: str
    publisher_item: str | None
    licence_item: str | None
    country_item: str | None
    source: str


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What is told of a batch that is settled; `target` is the wiki that it went to. Of a batch of images its
    files are counted."""

    batch_id: str
    dataset: str
    target: str
    decisions: tuple[int, ...]
    began: date
    ended: date
    confirmed: int
    skipped: int
    refused: int
    undone: int
    new_items: int
    images: bool = False


def dataset_content(facts: DatasetFacts, words: Words) -> Content:
    """The item of a dataset, whole."""
    values: dict[Fact, Value | None] = {
        Fact.INSTANCE_OF: ItemValue(words.dataset),
        Fact.KEY: TextValue(facts.dataset),
        Fact.PUBLISHER: _item(facts.publisher_item),
        Fact.LICENCE: _item(facts.licence_item),
        Fact.COUNTRY: _item(facts.country_item),
        Fact.SOURCE: _url(facts.source),
    }
    about = f"register of {_plain(facts.publisher)}" if _plain(facts.publisher) else "register"
    return _content(
        _plain(facts.title) or facts.dataset,
        f"{about}, dataset {facts.dataset} of Heritage Guard",
        facts.dataset,
        _statements(values, words, facts.source),
    )


def batch_content(facts: BatchFacts, title: str, dataset_item: str, words: Words) -> Content:
    """The item of a batch, whole; `title` is that of its dataset, whose item on the hub is `dataset_item`."""
    wiki = words.wikis[facts.target]
    details = wiki.details.replace("{batch}", facts.batch_id)
    values: dict[Fact, Value | None] = {
        Fact.INSTANCE_OF: ItemValue(words.batch),
        Fact.KEY: TextValue(facts.batch_id),
        Fact.PART_OF: ItemValue(dataset_item),
        Fact.WIKI: ItemValue(wiki.item),
        Fact.BEGUN: _day(facts.began),
        Fact.ENDED: _day(facts.ended),
        Fact.DECISION: TextValue("+".join(map(str, facts.decisions))) if facts.decisions else None,
        Fact.DETAILS: _url(details),
        Fact.CONFIRMED: _number(facts.confirmed),
        Fact.SKIPPED: _number(facts.skipped),
        Fact.REFUSED: _number(facts.refused),
        Fact.UNDONE: _number(facts.undone),
        Fact.NEW_ITEMS: _number(facts.new_items),
    }
    return _content(
        _plain(title) or facts.dataset,
        f"upload {'of images ' * facts.images}to {facts.target}, batch {facts.batch_id} of Heritage Guard",
        facts.batch_id,
        _statements(values, words, details),
        f", upload {facts.batch_id}",
    )


def _content(
    title: str, description: str, key: str, statements: Iterator[Statement], end: str = ""
) -> Content:
    """The key is an alias, too: a wiki that cannot search in statements finds it by name."""
    label = shorten(title, LABEL_LIMIT - len(end)) + end
    return Content(
        labels={"en": label},
        descriptions={"en": shorten(description, LABEL_LIMIT)},
        aliases={} if label == key else {"en": (key,)},
        statements=tuple(statements),
    )


def _statements(values: Mapping[Fact, Value | None], words: Words, where: str) -> Iterator[Statement]:
    cited, address = words.properties.get(Fact.REFERENCE), _url(where)
    references: tuple[Reference, ...] = ((Snak(cited, address),),) if cited and address else ()
    for fact, value in values.items():
        if value is not None and fact in words.properties:
            yield Statement(words.properties[fact], value, _KIND, references)


def _plain(text: str) -> str:
    return stored(printable(text))


def _item(qid: str | None) -> ItemValue | None:
    return ItemValue(qid) if qid else None


def _url(address: str) -> TextValue | None:
    return None if url_fault(address) or len(address) > STRING_LIMIT else TextValue(address)


def _day(day: date) -> TimeValue:
    return TimeValue(f"+{day.isoformat()}T00:00:00Z", DAY)


def _number(count: int) -> QuantityValue:
    return QuantityValue(f"+{count}")
