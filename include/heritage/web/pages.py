"""The pages as HTML: what each shows, and the headers that keep foreign content from acting."""

from collections.abc import Callable, Sequence
from typing import Any

import jinja2
import jinja2.runtime
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.model.shown import printable, shorten
from heritage.ports.overview import BatchRow
from heritage.web.services import Services
from heritage.web.tongue import ENGLISH, Tongue

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
SCRIPT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; worker-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Of pages with a script and a map."""
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
REASON_LIMIT = 2000


class Templates:
    """Draws pages from what they are given."""

    def __init__(self) -> None:
        self._templates = _environment()

    def render(
        self,
        name: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        root: str = "",
        policy: str = _PAGE_POLICY,
        **context: Any,
    ) -> HTMLResponse:
        """A page from its template. `root` is the way up to the pages' own address, `policy` what it may
        load: nothing but style sheets of ours, unless said otherwise."""
        content = self.draw(name, page=name, root=root, **context)
        return HTMLResponse(
            content, status, {**HEADERS, "Content-Security-Policy": policy, **(headers or {})}
        )

    def draw(self, name: str, **context: Any) -> str:
        """The text of a template."""
        return self._templates.get_template(f"{name}.html.j2").render(**context)


class Pages(Templates):
    """Renders from the services; nothing here changes anything."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def datasets(self) -> HTMLResponse:
        return self.render("datasets", rows=self._services.datasets())

    def batches(self) -> Sequence[BatchRow]:
        """All batches, newest first."""
        return self._services.batches()

    def report(self) -> HTMLResponse | None:
        """The latest report as it was written, without the right to run or load anything."""
        return _as_written(self._services.report())

    def checks(self, dataset: str, snapshot: str, name: str) -> HTMLResponse | None:
        """A page of a snapshot's checks as it was written, likewise."""
        return _as_written(self._services.checks_page(dataset, snapshot, name))

    def refused(
        self, message: str, status: int, headers: dict[str, str] | None = None, root: str = ""
    ) -> HTMLResponse:
        """Why something was refused."""
        return self.render("refused", status, headers, root, message=message)


def relative_root(request: Request) -> str:
    """The way from an address up to that of the pages: what a browser sees as folders counts, so an encoded
    slash is none."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    root: str = request.scope.get("root_path", "")
    below = path.partition(b"?")[0].removeprefix(root.encode())
    return "../" * (below.count(b"/") - 1)


def _as_written(content: str | None) -> HTMLResponse | None:
    if content is None:
        return None
    return HTMLResponse(content, headers={**HEADERS, "Content-Security-Policy": _REPORT_POLICY})


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("heritage.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if isinstance(value, str) and not _safe(value) else value,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    translated: Any = environment
    translated.install_gettext_callables(_gettext, _ngettext, newstyle=True)
    environment.globals |= {"level_shapes": LEVEL_SHAPES, "tongue": ENGLISH}
    environment.filters |= {
        "shorten": shorten,
        "plain": lambda text, limit=140: shorten(printable(text), limit),
        "number": _in_tongue(Tongue.number),
        "score": _in_tongue(Tongue.score),
        "percent": _in_tongue(Tongue.percent),
        "moment": _in_tongue(Tongue.moment),
        "day": _in_tongue(Tongue.day),
        "language": _in_tongue(Tongue.language),
        "metres": _in_tongue(Tongue.metres),
        "said": _in_tongue(Tongue.said),
    }
    return environment


def _safe(value: str) -> bool:
    return isinstance(value, Markup)


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, message: str) -> str:
    tongue: Tongue = context["tongue"]
    return tongue.gettext(message)


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, one: str, more: str, count: int) -> str:
    tongue: Tongue = context["tongue"]
    return tongue.ngettext(one, more, count)


def _in_tongue(form: Callable[..., str]) -> Callable[..., str]:
    """A filter that writes a value in the language of the page."""

    @jinja2.pass_context
    def written(context: jinja2.runtime.Context, value: Any, *how: Any) -> str:
        return form(context["tongue"], value, *how)

    return written
