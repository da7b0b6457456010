"""The page of a file on Commons: the field's templates, and nothing that a register could slip in."""

import re
from collections.abc import Iterable

from heritage.media.shown import Shown
from heritage.spec.media import Media

_ESCAPED = re.compile(r"[<>\[\]{}|&~]|__|''|://")
_SEVERAL = {"''": "&#39;&#39;", "__": "&#95;&#95;", "://": "&#58;//"}
_ENDING = re.compile(r"[\s\[\]{}|<>\"'\x00-\x1f\x7f]")


def plain(text: str) -> str:
    """A text of a register as the wiki shows it, to the letter: it calls no template, signs nothing, links
    nowhere and begins no line.

    >>> plain("{{delete}} ~~~~ a=b")
    '&#123;&#123;delete&#125;&#125; &#126;&#126;&#126;&#126; a=b'
    """
    folded = " ".join(text.split())
    return _ESCAPED.sub(lambda one: _SEVERAL.get(one[0]) or f"&#{ord(one[0])};", folded)


def file_page(shown: Shown, media: Media) -> str:
    """The wikitext of a file's page."""
    marks = [_licence(shown)] + ([f"{{{{{media.partnership}}}}}"] if media.partnership else [])
    categories = [f"[[Category:{name}]]" for name in media.categories]
    return (
        "\n".join([_described(shown, media), "", "=={{int:license-header}}==", *marks, "", *categories])
        + "\n"
    )


def _described(shown: Shown, media: Media) -> str:
    caption = f"{{{{{shown.lang}|1={plain(shown.caption)}}}}}"
    source = f"[{_link(shown.page)} {plain(shown.publisher)}]" if shown.page else plain(shown.publisher)
    author = plain(shown.author) if shown.author else "{{unknown|author}}"
    institution = f"{{{{Institution:{media.institution}}}}}" if media.institution else ""
    dated = plain(shown.date or "")
    if media.template == "photograph":
        fields = [("photographer", author), ("title", caption), ("date", dated), ("institution", institution)]
        return _call("Photograph", [*fields, ("source", source)])
    if media.template == "artwork":
        # Who made the work, and when, stands on its item; the author here is the photographer's.
        fields = [("wikidata", shown.qid), ("title", caption), ("institution", institution)]
        return _call("Artwork", [*fields, ("source", source)])
    fields = [("description", caption), ("date", dated), ("source", source), ("author", author)]
    if institution:
        fields.append(("other fields", f"{{{{Information field|name=Institution|value={institution}}}}}"))
    return _call("Information", fields)


def _licence(shown: Shown) -> str:
    """The tag, with whom to name where the licence asks for it."""
    named = f"|1={plain(shown.credit)}" if shown.mark.attribution else ""
    return f"{{{{{shown.mark.template}{named}}}}}"


def _call(name: str, fields: Iterable[tuple[str, str]]) -> str:
    return "\n".join([f"{{{{{name}", *(f"|{field}={value}" for field, value in fields), "}}"])


def _link(url: str) -> str:
    """An address that ends nothing it stands in."""
    return _ENDING.sub(lambda one: f"%{ord(one[0]):02X}", url)
