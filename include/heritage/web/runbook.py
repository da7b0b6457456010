"""The runbook as a page, so that what is wrong leads to what to do with one click."""

from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup


def as_html(text: str) -> Markup:
    """Markdown of ours as HTML, with each heading's words as its anchor; raw HTML in it is text, and links
    that lead into the repository are words alone.

    >>> as_html("### log-broken\\n[a](docs/x.md) <b>")
    Markup('<h3 id="log-broken">log-broken</h3>\\n<p>a &lt;b&gt;</p>\\n')
    >>> as_html("**Means.** x\\n**Do.** y")
    Markup('<p><strong>Means.</strong> x<br />\\n<strong>Do.</strong> y</p>\\n')
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", tokens[place + 1].content)
        token.children = _led_out(token.children or []) if token.type == "inline" else token.children
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - it escapes all text


def _led_out(tokens: list[Token]) -> list[Token]:
    """The words with those links only that lead to a place on the web or in the runbook; what a line begins
    with in bold begins a line."""
    kept, dropped = [], 0
    tokens = [one for one in tokens if one.type != "text" or one.content]
    for token, after in zip_longest(tokens, tokens[1:]):
        if token.type == "softbreak" and after and after.type == "strong_open":
            token.type = "hardbreak"
        if token.type == "link_open" and not str(token.attrGet("href")).startswith(("https://", "#")):
            dropped += 1
        elif token.type == "link_close" and dropped:
            dropped -= 1
        else:
            kept.append(token)
    return kept
