"""Lists for Wiki Loves Monuments: pages of wikitext as the competition's database reads them, and its table.

What a register says is text in a page, never markup: every sign that wikitext knows stands as a character
reference.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from heritage.adapters.spreadsheet import spreadsheet
from heritage.model.shown import printable
from heritage.ports.wlm import ListedSite, SiteList
from heritage.spec.wlm import ListTemplates

PAGE = 300
"""Rows of a page: more templates than that a wiki does not draw."""
_MARKUP = re.compile(r"[&<>\[\]{}|=~]|''|__|://|^[*#:; ]|(?:ISBN|RFC|PMID)(?= )")
_COMMONS_NAME = re.compile(r"[^\[\]{}|#<>\x00-\x1f\x7f]{1,240}")
_UNSAFE = re.compile(r"[^\w\-]+")
_DECIMALS = 6
_COLUMNS = (
    *("country", "lang", "project", "id", "adm0", "name", "address", "municipality", "lat", "lon", "image"),
    *("wd_item", "commonscat", "monument_article", "registrant_url", "urgent"),
)


def wlm_files(listed: SiteList, templates: ListTemplates, key: str) -> dict[str, str]:
    """File name to text: `monuments.csv` and `monuments.json` in the columns of the table `monuments_all`, a
    page of wikitext for each municipality, and what to know about them."""
    rows = [_row(site, listed, key) for site in listed.sites]
    files = {"README.txt": _readme(listed), "monuments.csv": spreadsheet(_COLUMNS, rows)}
    files["monuments.json"] = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    for number, (municipality, sites) in enumerate(_pages(listed.sites), 1):
        name = _UNSAFE.sub("_", municipality)[:60].strip("_") or "other"
        files[f"lists/{number:04}-{name}.wikitext"] = page_of(sites, municipality, templates, listed)
    return files


def page_of(sites: Iterable[ListedSite], title: str, templates: ListTemplates, listed: SiteList) -> str:
    """A page: the header's template, a row's for each site, and the end of the table."""
    lines = [f"== {wikitext(title) or wikitext(listed.title)} ==", f"{{{{{templates.header}}}}}"]
    for site in sites:
        facts = {
            "id": wikitext(site.id),
            "name": wikitext(site.name),
            "municipality": wikitext(site.municipality),
            "address": wikitext(site.address),
            "lat": _degrees(site.lat),
            "lon": _degrees(site.lon),
            "image": _on_commons(site.shown.image),
            "commonscat": _on_commons(site.shown.category),
        }
        fields = templates.fields.model_dump()
        given = (f" | {fields[fact]} = {value}" for fact, value in facts.items() if fields[fact])
        lines += [f"{{{{{templates.row}", *given, "}}"]
    return "\n".join([*lines, "|}", ""])


def wikitext(text: str) -> str:
    """A text that a wiki shows to the letter.

    >>> wikitext("A | {{B}} [[C]]"), wikitext("* ''x''")
    ('A &#124; &#123;&#123;B&#125;&#125; &#91;&#91;C&#93;&#93;', '&#42; &#39;&#39;x&#39;&#39;')
    """
    folded = " ".join(printable(text).split())
    return _MARKUP.sub(lambda found: "".join(f"&#{ord(sign)};" for sign in found[0]), folded)


def _on_commons(name: str) -> str:
    """The name of a file or category; none that could be anything else."""
    return name if _COMMONS_NAME.fullmatch(name) and "~~~" not in name and "''" not in name else ""


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _pages(sites: Iterable[ListedSite]) -> Iterator[tuple[str, list[ListedSite]]]:
    """Sites of a municipality together, so many a page; within each in the order that they came in."""
    for municipality, group in groupby(sorted(sites, key=lambda site: site.municipality), _municipality):
        together = list(group)
        for start in range(0, len(together), PAGE):
            yield municipality, together[start : start + PAGE]


def _municipality(site: ListedSite) -> str:
    return site.municipality


def _row(site: ListedSite, listed: SiteList, key: str) -> dict[str, Any]:
    country = key.partition("_")[0]
    return {
        "country": country,
        "lang": listed.lang,
        "project": "wikipedia",
        "id": site.id,
        "adm0": country[:2],
        "name": site.name,
        "address": site.address,
        "municipality": site.municipality,
        "lat": site.lat,
        "lon": site.lon,
        "image": _on_commons(site.shown.image),
        "wd_item": site.item,
        "commonscat": _on_commons(site.shown.category),
        "monument_article": site.shown.article,
        "registrant_url": site.url,
        "urgent": int(site.urgent),
    }


def _readme(listed: SiteList) -> str:
    credit = listed.credit
    lines = [
        f"{printable(listed.title)}: {len(listed.sites)} sites for Wiki Loves Monuments.",
        "lists/ has a page of wikitext for each municipality, for the wiki of the competition's lists;",
        "monuments.csv is a table of all sites for a spreadsheet, monuments.json the same for programs.",
        "Sites in danger without an image come first (urgent = 1), then others without an image.",
        f"Source: {printable(credit.text)} ({printable(credit.licence)}), {printable(credit.evidence)}."
        if credit
        else "The licence of the source asks for no attribution.",
        "In monuments.csv an apostrophe stands before a text that a spreadsheet would run as a formula.",
    ]
    lines += [f"Kept back: {count} ({printable(why)})" for why, count in listed.kept_back.items()]
    return "\n".join(lines) + "\n"
