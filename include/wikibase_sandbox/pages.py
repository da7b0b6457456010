"""Pages for people: what was uploaded, item by item, with its references and history.

Register text is hostile: everything goes through a template that escapes it, links are made only
of http(s) addresses, and the content security policy forbids scripts.
"""

from typing import Any

from jinja2 import DictLoader, Environment

from wikibase_sandbox import entities
from wikibase_sandbox.store import Page
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Wiki

BANNER = "Local sandbox: a test target. Nothing here is Wikidata."
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"

_LAYOUT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{% block title %}{% endblock %} – local sandbox</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 0 1rem;
         color: #1b1b1b; background: #fff }
  .banner { background: #7a1f00; color: #fff; padding: .5rem 1rem; font-weight: bold }
  table { border-collapse: collapse; width: 100% }
  th, td { border: 1px solid #999; padding: .3rem .5rem; text-align: start; vertical-align: top;
           overflow-wrap: anywhere }
  caption { text-align: start; font-weight: bold }
  .reference { margin: .3rem 0 0 1rem; font-size: .9rem }
</style>
<p class="banner" role="note">{{ banner }}</p>
<main>{% block main %}{% endblock %}</main>
</html>
"""

_INDEX = """{% extends "layout" %}
{% block title %}Items{% endblock %}
{% block main %}
<h1>Items</h1>
<p>{{ total }} entities and pages. The {{ rows|length }} changed last:</p>
<table>
<thead><tr><th scope="col">Page</th><th scope="col">Label</th><th scope="col">Changed</th>
<th scope="col">By</th></tr></thead>
<tbody>
{% for row in rows %}<tr><td><a href="/wiki/{{ row.title|urlencode }}">{{ row.title }}</a></td>
<td>{{ row.label }}</td><td>{{ row.timestamp }}</td><td>{{ row.user }}</td></tr>
{% endfor %}</tbody></table>
{% endblock %}
"""

_VALUE = """{% macro value(snak) %}
{%- if snak.snaktype != "value" %}<em>{{ snak.snaktype }}</em>
{%- elif snak.link %}<a href="{{ snak.link }}" rel="noreferrer nofollow">{{ snak.text }}</a>
{%- else %}<bdi>{{ snak.text }}</bdi>{% endif %}
{%- endmacro %}
{% macro snaks(groups) %}{% for group in groups %}
<div><a href="/wiki/Property:{{ group.property }}">{{ group.name }}</a>:
{% for snak in group.snaks %}{{ value(snak) }}{% if not loop.last %}; {% endif %}{% endfor %}</div>
{% endfor %}{% endmacro %}"""

_ENTITY = """{% extends "layout" %}{% from "value" import value, snaks %}
{% block title %}{{ title }}{% endblock %}
{% block main %}
<p><a href="/">All items</a></p>
<h1><bdi>{{ heading }}</bdi> <small>({{ title }})</small></h1>
<table><caption>Names</caption>
<thead><tr><th scope="col">Language</th><th scope="col">Label</th><th scope="col">Description</th>
<th scope="col">Also known as</th></tr></thead>
<tbody>{% for row in terms %}<tr><th scope="row">{{ row.language }}</th>
<td lang="{{ row.language }}" dir="auto">{{ row.label }}</td>
<td lang="{{ row.language }}" dir="auto">{{ row.description }}</td>
<td lang="{{ row.language }}" dir="auto">{{ row.aliases|join(", ") }}</td></tr>
{% endfor %}</tbody></table>
<table><caption>Statements</caption>
<thead><tr><th scope="col">Property</th><th scope="col">Value, qualifiers, references</th></tr>
</thead>
<tbody>{% for claim in claims %}<tr>
<th scope="row"><a href="/wiki/Property:{{ claim.property }}">{{ claim.name }}</a></th>
<td>{{ value(claim.main) }}{% if claim.rank != "normal" %} ({{ claim.rank }}){% endif %}
{{ snaks(claim.qualifiers) }}
{% for reference in claim.references %}<div class="reference">Reference:{{ snaks(reference) }}</div>
{% else %}<div class="reference">No reference</div>{% endfor %}</td></tr>
{% endfor %}</tbody></table>
{% if sitelinks %}<h2>Sitelinks</h2><ul>{% for link in sitelinks %}
<li>{{ link.site }}: <bdi>{{ link.title }}</bdi></li>{% endfor %}</ul>{% endif %}
{{ self.history() }}
{% endblock %}
"""

_HISTORY = """{% block history %}
<table><caption>History</caption>
<thead><tr><th scope="col">Revision</th><th scope="col">When</th><th scope="col">By</th>
<th scope="col">Bytes</th><th scope="col">Comment</th></tr></thead>
<tbody>{% for row in history %}<tr><td>{{ row.rev_id }}</td><td>{{ row.timestamp }}</td>
<td>{{ row.user }}{% if row.bot %} (bot){% endif %}</td><td>{{ row.size }}</td>
<td dir="auto">{{ row.comment }}</td></tr>
{% endfor %}</tbody></table>
{% endblock %}
"""

_TEXT = """{% extends "layout" %}
{% block title %}{{ title }}{% endblock %}
{% block main %}
<p><a href="/">All items</a></p>
<h1><bdi>{{ title }}</bdi></h1>
<pre dir="auto">{{ text }}</pre>
{% include "history" %}
{% endblock %}
"""

_environment = Environment(
    loader=DictLoader(
        {
            "layout": _LAYOUT,
            "index": _INDEX,
            "value": _VALUE,
            "entity": _ENTITY.replace("{{ self.history() }}", '{% include "history" %}'),
            "history": _HISTORY,
            "text": _TEXT,
        }
    ),
    autoescape=True,
)


def _render(template: str, **context: Any) -> str:
    return _environment.get_template(template).render(banner=BANNER, **context)


def _name(wiki: Wiki, entity_id: str) -> str:
    """Return the label of an entity for reading, its id if it has none."""
    row = wiki.store.db.execute(
        "SELECT t.text FROM terms t JOIN pages p ON p.page_id = t.page_id"
        " WHERE p.entity_id = ? AND t.kind = 'labels'"
        " ORDER BY t.language NOT IN ('en', 'mul'), t.language <> 'en' LIMIT 1",
        (entity_id,),
    ).fetchone()
    return f"{row['text']} ({entity_id})" if row else entity_id


def _shown_snak(wiki: Wiki, snak: Json) -> Json:
    out: Json = {"snaktype": snak["snaktype"], "text": "", "link": ""}
    if "datavalue" not in snak:
        return out
    value = snak["datavalue"]["value"]
    match snak["datavalue"]["type"]:
        case "wikibase-entityid":
            out["text"], out["link"] = _name(wiki, value["id"]), f"/wiki/{value['id']}"
        case "monolingualtext":
            out["text"] = f"{value['text']} ({value['language']})"
        case "time":
            out["text"] = f"{value['time']} (precision {value['precision']})"
        case "globecoordinate":
            out["text"] = f"{value['latitude']}, {value['longitude']} (± {value['precision']})"
        case "quantity":
            unit = "" if value["unit"] == "1" else f" {value['unit'].rpartition('/')[2]}"
            out["text"] = f"{value['amount']}{unit}"
        case _:
            out["text"] = str(value)
            if str(value).startswith(("http://", "https://")):
                out["link"] = str(value)
    return out


def _groups(wiki: Wiki, snaks: dict[str, list[Json]]) -> list[Json]:
    return [
        {
            "property": name,
            "name": _name(wiki, name),
            "snaks": [_shown_snak(wiki, snak) for snak in group],
        }
        for name, group in snaks.items()
    ]


def index_page(wiki: Wiki) -> str:
    """Return the start page: the pages changed last."""
    rows = wiki.store.db.execute(
        "SELECT p.title, p.entity_id, r.timestamp, r.user FROM pages p"
        " JOIN revisions r ON r.rev_id = p.latest WHERE p.deleted = 0"
        " ORDER BY r.seeded, r.rev_id DESC LIMIT 200"
    ).fetchall()
    total = wiki.store.db.execute("SELECT count(*) AS n FROM pages WHERE deleted = 0").fetchone()
    listed = [
        dict(row) | {"label": _name(wiki, row["entity_id"]) if row["entity_id"] else ""} for row in rows
    ]
    return _render("index", rows=listed, total=total["n"])


def wiki_page(wiki: Wiki, page: Page) -> str:
    """Return the page of an item or property, or of a text."""
    latest = wiki.store.latest(page)
    history = wiki.store.revisions("page_id = ?", (page.page_id,), limit=100)
    if page.entity_id is None:
        return _render("text", title=page.title, text=latest.text, history=history)
    entity = entities.load(latest.text)
    languages = sorted({code for kind in ("labels", "descriptions", "aliases") for code in entity[kind]})
    terms = [
        {
            "language": code,
            "label": entity["labels"].get(code, {}).get("value", ""),
            "description": entity["descriptions"].get(code, {}).get("value", ""),
            "aliases": [alias["value"] for alias in entity["aliases"].get(code, [])],
        }
        for code in languages
    ]
    claims = [
        {
            "property": name,
            "name": _name(wiki, name),
            "rank": claim["rank"],
            "main": _shown_snak(wiki, claim["mainsnak"]),
            "qualifiers": _groups(wiki, claim.get("qualifiers", {})),
            "references": [_groups(wiki, ref["snaks"]) for ref in claim.get("references", [])],
        }
        for name, group in entity["claims"].items()
        for claim in group
    ]
    return _render(
        "entity",
        title=page.title,
        heading=_name(wiki, page.entity_id),
        terms=terms,
        claims=claims,
        sitelinks=list(entity.get("sitelinks", {}).values()),
        history=history,
    )
