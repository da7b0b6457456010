"""Slices of the index that a query service can answer for: by country and class, and finer where needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from heritage.model.digest import digest_json
from heritage.spec.index_rules import Scope

NO_COUNTRY = "none"
_NUMBERS = (1, 1 << 30)
"""Numbers that items can have."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Items of one of `classes`, or that carry the property `carried`; of a `country`, of none, or (null) of
    any; with numbers from the first to before the second of `numbers`."""

    classes: tuple[str, ...] = ()
    carried: str | None = None
    country: str | None = None
    numbers: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Names its part; the same slice has the same name."""
        about = [list(self.classes), self.carried, self.country, list(self.numbers or ())]
        return f"{self.country or 'any'}-{self.carried or self.classes[0]}-{digest_json(about)[:12]}"

    @property
    def title(self) -> str:
        """For people."""
        what = f"with {self.carried}" if self.carried else f"of {len(self.classes)} classes"
        if len(self.classes) == 1:
            what = f"of the class {self.classes[0]}"
        where = {None: "", NO_COUNTRY: " without a country"}.get(self.country, f" of {self.country}")
        low, high = self.numbers or (0, 0)
        return f"items {what}{where}" + (f" from Q{low} to Q{high - 1}" if high else "")

    def halves(self) -> tuple["Slice", "Slice"] | None:
        """Two slices that have no item in common but those of two classes; None for a single item."""
        if len(self.classes) > 1:
            middle = len(self.classes) // 2
            return replace(self, classes=self.classes[:middle]), replace(self, classes=self.classes[middle:])
        low, high = self.numbers or _NUMBERS
        middle = (low + high) // 2
        if middle == low:
            return None
        return replace(self, numbers=(low, middle)), replace(self, numbers=(middle, high))

    def pattern(self) -> str:
        """A graph pattern that binds ?item; an item may come several times."""
        lines = [f"?item wdt:{self.carried} ?any ."]
        if self.classes:
            lines = [f"VALUES ?class {{ {items(self.classes)} }}", "?item wdt:P31 ?class ."]
        if self.country == NO_COUNTRY:
            lines.append("MINUS { ?item wdt:P17 ?country }")
        elif self.country:
            lines.append(f"?item wdt:P17 wd:{self.country} .")
        if self.numbers:
            lines.append('BIND(xsd:integer(STRAFTER(STR(?item), "/entity/Q")) AS ?number)')
            lines.append(f"FILTER(?number >= {self.numbers[0]} && ?number < {self.numbers[1]})")
        return "\n".join(lines)


def slices_of(scope: Scope, classes: Sequence[str], together: int) -> Iterator[Slice]:
    """All slices of a scope with these classes, so many in a slice; identifiers first: they matter most."""
    for identifier in scope.identifiers:
        yield Slice(carried=identifier)
    some = [tuple(classes[start : start + together]) for start in range(0, len(classes), together)]
    for country in scope.countries:
        for carried in scope.properties:
            yield Slice(carried=carried, country=country)
        for group in some:
            yield Slice(group, country=country)
    for group in some:
        yield Slice(group, country=NO_COUNTRY)


def items(qids: Sequence[str]) -> str:
    """Items as SPARQL names them."""
    return " ".join(f"wd:{qid}" for qid in qids)
