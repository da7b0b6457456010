"""Drafts a description from a register's first rows, every guess with what spoke for it in a comment."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from anyascii import anyascii

from heritage.errors import SourceChanged
from heritage.mapping import World
from heritage.model.row import DERIVED, SourceRows
from heritage.spec.columns import ColumnWords, UsualCrs
from heritage.spec.lookups import COLUMNS, USUAL_TABLES
from heritage.spec.provisional import UNKNOWN_LICENCE
from heritage.steps.draft_columns import URL, Column, columns_of
from heritage.steps.draft_ids import fractions
from heritage.steps.draft_place import PlaceGuess, guess_place
from heritage.steps.draft_roles import Roles, guess_roles

_WIDTH = 112
_KINDS = {
    "glam": r"mus[eé]|bibliot|librar|archiv|galler|isil",
    "natural": r"natur|reserv|park|ramsar|wetland|protected.?area|sssi",
    "site": r"archa?eol|遺跡|ogham|excavat|sites?\b|caravanserai|ruin",
}
_LOOKUPS = {"type": "classes", "designation": "designation"}
"""Where a description maps the terms of a role."""
_IDENTIFIER = (
    "  # identifier: P…  # edit: the property of these ids on Wikidata; without one only items that are "
    "there already are completed, and no new ones are made"
)
"""A comment: no property that could be written here instead would do no harm."""


@dataclass(frozen=True, slots=True)
class DraftSource:
    """Where a register comes from: `harvest` as in a description, with what spoke for it.

    `country` is a two-letter code where it is known, `crs` what the file itself names, `title` a first word
    for it.
    """

    harvest: Mapping[str, Any]
    evidence: Mapping[str, str]
    title: str
    country: str | None = None
    crs: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A description to be completed: `text` is its YAML, `tables` the lookup tables to lie beside it, and
    `edits` the keys that a person must fill in. `crs` is that of the points, where they were found, and
    `personal` names the columns that tell of living people; `notes` say what is wrong with the columns."""

    dataset: str
    folder: str
    text: str
    tables: Mapping[str, str]
    edits: tuple[str, ...]
    crs: str | None
    personal: tuple[str, ...]
    notes: tuple[str, ...]


def draft(
    source: DraftSource, batches: Iterable[SourceRows], words: ColumnWords, usual: UsualCrs, world: World
) -> Draft:
    """The description of a register, as far as its rows tell it. Raises SourceChanged when they do not."""
    columns, nothing, rows = columns_of(batches)
    known = world.item(source.country) if source.country and len(source.country) == 2 else None
    if source.country and not known:
        raise SourceChanged(f"{source.country!r} is no country: give its two letters (ISO 3166), as se or in")
    place = guess_place(columns, words, usual, world, known, source.crs)
    item = known or (place.country if place else None)
    if item is None and (domain := _country_of_domains(columns, str(source.harvest["url"]))):
        item = world.item(domain)
    code = (source.country or "").lower() or (world.code(item) if item else None)
    try:
        roles = guess_roles(columns, words, code, place.columns if place else ())
    except ValueError as error:
        raise SourceChanged(f"{source.title}: {error}; write the description by hand") from None
    if item is None:
        _guess_country(columns, world, roles)
    dataset = source.dataset or _dataset(source.title, code)
    tables = {USUAL_TABLES[_LOOKUPS[role]]: _table(column) for role, column in roles.terms.items()}
    lines = _lines(source, dataset, columns, nothing, rows, place, roles, item)
    crs = place.point.get("crs", "EPSG:4326") if place else None
    notes = tuple(fractions(columns, words))
    edits = tuple(line.split(":")[0].strip(" #") for line in lines if "# edit" in line)
    return Draft(
        dataset, code or "_world", "\n".join(lines) + "\n", tables, edits, crs, tuple(roles.personal), notes
    )


def _lines(
    source: DraftSource,
    dataset: str,
    columns: Sequence[Column],
    nothing: Sequence[str],
    rows: int,
    place: PlaceGuess | None,
    roles: Roles,
    item: str | None,
) -> list[str]:
    harvest = {**source.harvest, **({"empty": list(nothing)} if nothing else {})}
    lines = [
        f"# Drafted from {rows} rows. `edit` needs a person; other comments say what spoke for a guess.",
        f"id: {dataset}",
        _line("title", source.title, "by the name of the file or of the service"),
        _line("publisher", {"name": "unknown"}, "edit: who publishes it"),
        f"kind: {_kind(source, columns)}",
        "maintainers: [heritage-guard]",
        _line(
            "licence",
            {"id": UNKNOWN_LICENCE, "evidence": str(source.harvest["url"])},
            "edit: its licence, and the page that says so",
        ),
        _line("unverified", "Drafted by machine; nobody has confirmed it.", "edit: drop it once confirmed"),
        "sample: extract",
        _line("harvest", harvest, "; ".join(source.evidence.values())),
        "record:",
    ]
    record = dict(roles.record)
    if place:
        record["point"] = place.point
        roles.evidence["point"] = place.evidence
    order = ("id", "same_id", "name", "point", "type", "designation", "country", "municipality", "address")
    roles_in_order = [role for role in order if role in record] + [r for r in record if r not in order]
    lines += [_line(f"  {role}", record[role], roles.evidence[role]) for role in roles_in_order]
    used = roles.used | set(roles.personal) | DERIVED
    ignored = [column.name for column in columns if column.name not in used]
    lines += _wrapped("ignore", ignored) + _wrapped("personal", roles.personal)
    profile: dict[str, Any] = {"country": item} if item else {}
    profile |= {_LOOKUPS[role]: USUAL_TABLES[_LOOKUPS[role]] for role in roles.terms}
    lines += ["item:", _IDENTIFIER]
    lines += [_line(f"  {key}", value, "") for key, value in (profile or {"classes": {}}).items()]
    fill = {"name": _least(_fill(columns, roles.record["name"]))}
    if place:
        standing = place.columns or ("geometry.x",)
        fill["point"] = _least(min(c.filled for c in columns if c.name in standing))
    least = int(0.9 * rows * _one_id_one_record(columns, roles.record["id"]))
    told = "rows: least and most of the whole register; the sample is held to the upper bound alone"
    lines.append(_line("checks", {"rows": [least, rows + rows // 4 + 10], "fill": fill}, told))
    return lines


def _fill(columns: Sequence[Column], name: Mapping[str, str]) -> float:
    return max(column.filled for column in columns if column.name in name.values())


def _one_id_one_record(columns: Sequence[Column], given: str | Mapping[str, str]) -> float:
    """Share of the rows that become records when rows with one id are one."""
    name = given if isinstance(given, str) else given["column"]
    column = next(column for column in columns if column.name == name)
    return column.different / max(column.rows, 1)


def _least(filled: float) -> float:
    """What later snapshots must reach: a little less than this one."""
    return max(0.0, round(filled - 0.1, 1))


def _country_of_domains(columns: Sequence[Column], address: str) -> str | None:
    """The country of the domain that most addresses stand in, the register's own among them."""
    texts = [address]
    for column in columns:
        if column.share(URL) > 0.5:
            texts += column.texts[:200]
    domains = (re.match(r"https?://[^/]*\.([a-zA-Z]{2})(?:[:/]|$)", text) for text in texts)
    found = Counter(domain[1].lower() for domain in domains if domain).most_common(1)
    return {"uk": "gb"}.get(found[0][0], found[0][0]) if found else None


def _guess_country(columns: Sequence[Column], world: World, roles: Roles) -> None:
    for column in columns:
        some = Counter(column.texts[:500])
        known = sum(number for text, number in some.items() if len(text) > 1 and world.item(text))
        if column.name not in roles.used and known > 0.6 * min(column.rows, 500):
            roles.take("country", column.name, column, f"{known} of the first rows name a country")
            return


def _kind(source: DraftSource, columns: Sequence[Column]) -> str:
    words = f"{source.title} {source.harvest['url']} {source.dataset} {' '.join(c.name for c in columns)}"
    for kind, pattern in _KINDS.items():
        if re.search(pattern, words.replace("_", " "), re.IGNORECASE):
            return f"{kind}  # by the words of title and columns; else monument, site, natural or glam"
    return "monument"


def _dataset(title: str, code: str | None) -> str:
    words = re.findall(r"[a-z0-9]+", anyascii(title).lower())
    prefix = code or "world"
    return "_".join(
        [prefix, *[word for word in words if word != prefix][:4]] if words else [prefix, "register"]
    )


def _table(column: Column) -> str:
    """A lookup table to be completed, the most frequent terms first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    terms = Counter(" ".join(term.split()) for term in column.texts)
    writer.writerows([term, "", ""] for term, _ in terms.most_common())
    return text.getvalue()


def _line(key: str, value: Any, comment: str) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    text = text.removesuffix("\n").removesuffix("\n...")
    line = f"{key}: {text}"
    told = " ".join(comment.split())
    return f"{line}  # {told}" if told else line


def _wrapped(key: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    text = yaml.safe_dump(
        list(names), default_flow_style=True, allow_unicode=True, width=_WIDTH, sort_keys=False
    )
    first, *others = text.strip().split("\n")
    return [f"{key}: {first}", *(f"  {line.strip()}" for line in others)]
