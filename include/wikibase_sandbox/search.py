"""Finding entities: `list=search` with `haswbstatement`, and wbsearchentities by name."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from wikibase_sandbox import entities
from wikibase_sandbox.errors import core
from wikibase_sandbox.languages import TERM_LANGUAGES
from wikibase_sandbox.store import Page
from wikibase_sandbox.types import Json, page_title
from wikibase_sandbox.wiki import Call

KEYWORD = "haswbstatement:"


@dataclass(frozen=True)
class Clause:
    """One condition of a search: alternatives of (property, value or None), or a word."""

    negated: bool
    statements: tuple[tuple[str, str | None], ...] = ()
    word: str = ""


def parse(query: str) -> list[Clause]:
    """Return the conditions of a CirrusSearch query; all must hold.

    >>> parse('haswbstatement:P380=PA00088804')[0].statements
    (('P380', 'PA00088804'),)
    >>> parse('"haswbstatement:P528=NGC 11" -haswbstatement:P31')[0].statements
    (('P528', 'NGC 11'),)
    """
    lexer = shlex.shlex(query, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes = True, "", '"'
    try:
        tokens = list(lexer)
    except ValueError:
        # An unbalanced quote is a letter like any other to the real search.
        tokens = query.split()
    return [_clause(token) for token in tokens]


def _clause(token: str) -> Clause:
    negated = token.startswith("-") and len(token) > 1
    body = token[1:] if negated else token
    if not body.startswith(KEYWORD):
        return Clause(negated, word=body)
    alternatives = []
    for alternative in body[len(KEYWORD) :].split("|"):
        name, equals, value = alternative.partition("=")
        alternatives.append((name.strip().upper(), value if equals else None))
    return Clause(negated, statements=tuple(alternatives))


def _all_pages(call: Call) -> set[int]:
    return {row["page_id"] for row in call.wiki.store.db.execute("SELECT page_id FROM pages")}


def _pages_of(call: Call, clause: Clause) -> set[int]:
    db = call.wiki.store.db
    found: set[int] = set()
    for name, value in clause.statements:
        if value is None:
            rows = db.execute("SELECT page_id FROM claims WHERE property = ?", (name,))
        else:
            rows = db.execute("SELECT page_id FROM claims WHERE property = ? AND value = ?", (name, value))
        found |= {row["page_id"] for row in rows}
    if clause.word:
        pattern = "%" + clause.word.casefold().replace("%", r"\%").replace("_", r"\_") + "%"
        rows = db.execute(
            r"SELECT page_id FROM terms WHERE folded LIKE ? ESCAPE '\' UNION"
            " SELECT page_id FROM pages WHERE title = ?",
            (pattern, clause.word.upper()),
        )
        found |= {row["page_id"] for row in rows}
    return found


def visible(call: Call, pages: Iterable[Page]) -> list[Page]:
    """Return the pages the search index knows; a `search-lag` fault hides the newest ones."""
    horizon = call.wiki.faults.search_horizon()
    if horizon is None:
        return list(pages)
    store = call.wiki.store
    return [
        page
        for page in pages
        if store.revisions("page_id = ? AND rev_id <= ?", (page.page_id, horizon), limit=1)
    ]


def list_search(call: Call) -> tuple[Json, Json | None]:
    """Return the result of `list=search` and how to continue it."""
    query = call.params.get("srsearch")
    if not query:
        raise core("missingparam", 'The "srsearch" parameter must be set.')
    clauses = parse(query)
    positive = [_pages_of(call, clause) for clause in clauses if not clause.negated]
    hits = set.intersection(*positive) if positive else _all_pages(call)
    for clause in clauses:
        if clause.negated:
            hits -= _pages_of(call, clause)
    everywhere = call.params.get("srnamespace") == "*"
    namespaces = {0} if not call.params.flag("srnamespace") else set()
    if not everywhere:
        namespaces |= set(call.params.integers("srnamespace", high=True))
    known = visible(call, filter(None, map(call.wiki.store.page, sorted(hits))))
    pages = [p for p in known if p.redirect_to is None and (not namespaces or p.ns in namespaces)]
    offset = call.params.integer("sroffset") or 0
    limit = call.params.limit("srlimit", high=call.session.high_limits)
    shown = pages[offset : offset + limit]
    body = {
        "searchinfo": {"totalhits": len(pages)},
        "search": [_hit(call, page) for page in shown],
    }
    more = offset + limit < len(pages)
    return body, {"sroffset": offset + limit, "continue": "-||"} if more else None


def _hit(call: Call, page: Page) -> Json:
    revision = call.wiki.store.latest(page)
    return {
        "ns": page.ns,
        "title": page.title,
        "pageid": page.page_id,
        "size": revision.size,
        "wordcount": 0,
        "snippet": "",
        "timestamp": revision.timestamp,
    }


def wbsearchentities(call: Call) -> Json:
    """Find entities whose label or alias starts with a text (or that have this very id)."""
    text, language = call.params.required("search"), call.params.required("language")
    if language not in TERM_LANGUAGES:
        raise core("badvalue", f'Unrecognized value for parameter "language": {language}.')
    kind = call.params.get("type", "item")
    letter = "P" if kind == "property" else "Q"
    folded = text.strip().casefold()
    rows = call.wiki.store.db.execute(
        "SELECT t.page_id, t.kind, t.language, t.text FROM terms t"
        " JOIN pages p ON p.page_id = t.page_id"
        " WHERE t.kind <> 'descriptions' AND p.entity_id LIKE ?"
        " AND substr(t.folded, 1, ?) = ?"
        " ORDER BY t.folded <> ?, t.language <> ?, t.kind DESC, p.page_id",
        (f"{letter}%", len(folded), folded, folded, language),
    )
    strict = call.params.flag("strictlanguage")
    matches: dict[int, Json] = {}
    own = call.wiki.store.entity_page(text.strip().upper())
    if own is not None and own.entity_id and own.entity_id.startswith(letter):
        matches[own.page_id] = {"type": "entityId", "text": own.entity_id}
    for row in rows:
        if row["language"] not in ((language,) if strict else (language, "mul", "en")):
            continue
        match = {
            "type": "label" if row["kind"] == "labels" else "alias",
            "language": row["language"],
            "text": row["text"],
        }
        matches.setdefault(row["page_id"], match)
    found = visible(call, filter(None, map(call.wiki.store.page, matches)))
    start = call.params.integer("continue") or 0
    limit = min(call.params.integer("limit") or 7, 500 if call.session.high_limits else 50)
    body: Json = {
        "searchinfo": {"search": text},
        "search": [
            _candidate(call, page, matches[page.page_id], language) for page in found[start : start + limit]
        ],
    }
    if start + limit < len(found):
        body["search-continue"] = start + limit
    return body | {"success": 1}


def _candidate(call: Call, page: Page, match: Json, language: str) -> Json:
    entity = entities.load(call.wiki.store.latest(page).text)
    entity_id = entity["id"]
    out: Json = {"id": entity_id, "title": page_title(entity_id), "pageid": page.page_id}
    if "datatype" in entity:
        out["datatype"] = entity["datatype"]
    out |= {
        "concepturi": f"http://www.wikidata.org/entity/{entity_id}",
        "repository": "sandbox",
        "url": f"{call.server}/wiki/{page.title}",
    }
    display: Json = {}
    for noun, kind in (("label", "labels"), ("description", "descriptions")):
        for code in (language, "mul", "en"):
            if code in entity[kind]:
                display[noun] = {"value": entity[kind][code]["value"], "language": code}
                break
    out["display"] = display
    out |= {noun: display[noun]["value"] for noun in ("label", "description") if noun in display}
    out["match"] = match
    if match["type"] == "alias":
        out["aliases"] = [match["text"]]
    return out
