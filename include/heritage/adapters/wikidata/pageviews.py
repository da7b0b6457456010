"""Wikimedia's statistics of readers, by article and month. Implements the port PageViews.

https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/reference/page-views.html
"""

import re
import time
from collections.abc import Callable
from datetime import date
from urllib.parse import quote, urlsplit

import httpx

from heritage.errors import SourceUnavailable, SpecError

_SITE = re.compile(r"([a-z][a-z0-9_]*?)(wiki|wikivoyage|wikisource|wikiquote|wikibooks|wikinews|wikiversity)")
_NO_ARTICLES = frozenset(
    {"commons", "species", "meta", "wikidata", "sources", "mediawiki", "outreach", "incubator", "wikimania"}
)
_LANGUAGES = {"be_x_old": "be-tarask", "simple": "simple"}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TIMEOUT_S = 30.0
_ATTEMPTS = 3
_LONGEST_WAIT_S = 60.0


def project_of(site: str) -> str | None:
    """The project whose articles a site has; None for sites without articles.

    >>> project_of("enwiki"), project_of("be_x_oldwiki"), project_of("zh_min_nanwikisource")
    ('en.wikipedia', 'be-tarask.wikipedia', 'zh-min-nan.wikisource')
    >>> project_of("commonswiki"), project_of("../wiki")
    (None, None)
    """
    found = _SITE.fullmatch(site)
    if found is None or found[1] in _NO_ARTICLES:
        return None
    language = _LANGUAGES.get(found[1], found[1].replace("_", "-"))
    return f"{language}.{'wikipedia' if found[2] == 'wiki' else found[2]}"


class WikimediaViews:
    """`base` is the address of the service, up to `…/metrics/pageviews`."""

    def __init__(
        self, base: str, user_agent: str, *, pause_s: float = 0.1, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Raises SpecError for an address that is no HTTPS (but on this machine)."""
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise SpecError(f"the statistics of readers at {parts.hostname or base} are no https address")
        self._base, self._pause_s, self._sleep = base.rstrip("/"), pause_s, sleep
        self._host = parts.hostname or ""
        self._http = httpx.Client(headers={"User-Agent": user_agent}, timeout=_TIMEOUT_S, trust_env=False)

    def views(self, site: str, title: str, first: date, last: date) -> int | None:
        """See PageViews; people only, on all devices."""
        project = project_of(site)
        if project is None:
            return None
        article = quote(title.replace(" ", "_"), safe="")
        url = (
            f"{self._base}/per-article/{project}/all-access/user/{article}/monthly/"
            f"{first:%Y%m%d}00/{last:%Y%m%d}00"
        )
        answer = self._ask(url)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None  # the service has no rows for an article that nobody read
        try:
            return sum(int(row["views"]) for row in answer.json()["items"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise SourceUnavailable(f"{self._host} answered in a form that cannot be read") from None

    def _ask(self, url: str) -> httpx.Response:
        why = ""
        for attempt in range(_ATTEMPTS):
            self._sleep(self._pause_s)
            try:
                answer = self._http.get(url)
            except httpx.HTTPError as error:
                why, wait = f"was not reached ({type(error).__name__})", 2.0**attempt
            else:
                if answer.is_success or answer.status_code == httpx.codes.NOT_FOUND:
                    return answer
                why = f"answered {answer.status_code}"
                asked = answer.headers.get("Retry-After", "")
                wait = float(asked) if asked.isascii() and asked.isdecimal() else 2.0**attempt
                if answer.status_code not in (429, 500, 502, 503, 504) or wait > _LONGEST_WAIT_S:
                    break
            if attempt < _ATTEMPTS - 1:
                self._sleep(wait)
        raise SourceUnavailable(f"{self._host} {why}")
