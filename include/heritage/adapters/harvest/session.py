"""One polite pull of one register: asks, waits when told to, keeps what came, takes up where it stopped."""

import hashlib
import json
import math
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from heritage.adapters.harvest.answer import Answer, Check, good
from heritage.adapters.harvest.faults import Lasting, OutOfTime, Passing
from heritage.adapters.harvest.http import Http
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.outside import resolved
from heritage.adapters.harvest.pace import Pace
from heritage.adapters.harvest.partial import Partial
from heritage.adapters.harvest.request import Request
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.masking import masked
from heritage.ports.clock import Clock
from heritage.ports.files import Capture

_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_HEAD = ".head.json"


class Session:
    """Asks one publisher. Every error names the dataset and the address, and holds no credentials.

    Raises SourceUnavailable after the last attempt, SourceChanged when another attempt would end the same.
    """

    def __init__(
        self,
        dataset: str,
        folder: Path,
        settings: HttpSettings,
        clock: Clock,
        last: Capture | None = None,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Callable[[str], Iterable[str]] = resolved,
        remedy: str = "Look at the register's page and change harvest.",
    ) -> None:
        self.dataset, self._remedy = dataset, remedy
        self._folder, self._settings, self._last, self._sleep = folder, settings, last, sleep
        self._http = Http(settings, clock, resolve)
        self._pace = Pace(settings.scratch / ".hosts", settings.pause_s, sleep)
        self._sizes: dict[Path, int] = {}
        self._came = 0
        self.licence = ""
        """What the service says of the licence, to the letter; protocols that are told it set it."""
        self._named: set[str] = set()
        self._said: dict[str, str] = {}

    def ask(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        check: Check = good,
    ) -> Answer:
        """An answer that is no part of the capture: a count, a description of the service.

        `params` join the query of the address; with a `form` the request is a POST. `check` judges an answer
        that came with status 200: where it raises SourceUnavailable, the server is asked again.
        """
        request = self._request(url, params, form, headers)
        return self._answer(request, self._folder / f".asked-{request.key}", check)

    def page(
        self,
        name: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        check: Check = good,
        repeats: bool = False,
        answers: tuple[int, ...] = (200,),
    ) -> Answer:
        """A page of the capture, kept as `name` when `check` finds it good (see `ask`); one that came before
        the last pull was killed is not asked for again. `answers` are the statuses that come with a page.

        Raises SourceChanged for pages without end, and for a page that says what an earlier one said, unless
        pages of this service may be the same (`repeats`).
        """
        request = replace(self._request(url, params, form, headers), answers=answers)
        path, head = self._folder / name, self._folder / f"{name}{_HEAD}"
        if name not in self._named and len(self._named) >= self._settings.most_pages:
            said = f"it does not end: {self._settings.most_pages} pages came, and there is another"
            raise self.changed(request.url, f"{said}; if it really has more, raise HERITAGE_HTTP_MOST_PAGES")
        answer = self._known(request, path, head)
        if answer is None:
            answer = self._answer(request, path, check)
            known = {"key": request.key, "url": answer.url, "headers": dict(answer.headers)}
            written = head.with_name(f"{head.name}.partial")
            written.write_text(json.dumps(known), encoding="utf-8")
            written.replace(head)
        self._refuse_repetition(name, answer, repeats)
        return answer

    def download(self, name: str, url: str) -> Answer | None:
        """A whole file; None when the server says that it is still the one of the last capture.

        It is fetched anew when the service says another licence than then. What was cut off is gone on with,
        where the server can.
        """
        known = self._last if self._last and self._last.licence == self.licence else None
        validators = known.validators.get(masked(url), {}) if known else {}
        conditions = {_CONDITIONS[header]: value for header, value in validators.items()}
        path = self._folder / name
        answer = self._retry(self._request(url, headers=conditions), path, good, Partial(path, url))
        if answer is None and not conditions:
            raise self._unconditional(url)
        return answer

    def forget(self) -> None:
        """Drops what has come so far: the next attempt begins anew."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._sizes, self._came = {}, 0
        self._named, self._said = set(), {}

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def changed(self, url: str, what: str) -> SourceChanged:
        """The error of an answer that will stay as it is."""
        return SourceChanged(masked(f"{self.dataset}: {url}: {what}. {self._remedy}"))

    def _known(self, request: Request, path: Path, head: Path) -> Answer | None:
        """The page as an earlier attempt left it."""
        if not (path.exists() and head.exists()):
            return None
        known = json.loads(head.read_text(encoding="utf-8"))
        if known["key"] != request.key:
            return None
        self._count(path)
        return Answer(known["url"], path, known["headers"])

    def _count(self, path: Path) -> None:
        """Adds what lies at `path`, in place of what lay there before, to all that has come."""
        size = path.stat().st_size
        self._came += size - self._sizes.get(path, 0)
        self._sizes[path] = size

    def _refuse_repetition(self, name: str, answer: Answer, repeats: bool) -> None:
        with answer.path.open("rb") as file:
            says = hashlib.file_digest(file, "sha256").hexdigest()
        earlier = self._said.setdefault(says, name)
        self._named.add(name)
        if earlier != name and not repeats:
            raise self.changed(
                answer.url, f"{name} says the same as {earlier}: the service repeats pages instead of ending"
            )

    def _answer(self, request: Request, path: Path, check: Check) -> Answer:
        answer = self._retry(request, path, check)
        if answer is None:
            raise self._unconditional(request.url)
        return answer

    def _unconditional(self, url: str) -> SourceChanged:
        return self.changed(url, "the server says 304 to a question without a condition")

    def _request(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        try:
            return Request.of(url, params, form, headers)
        except Lasting as error:
            raise self.changed(url, str(error)) from None

    def _retry(
        self, request: Request, path: Path, check: Check, partial: Partial | None = None
    ) -> Answer | None:
        retrying = Retrying(
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._pause,
            retry=retry_if_exception(self._soon),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, request, path, check, partial)
        except Passing as error:
            if error.wait is not None and not self._soon(error):
                raise self._asked_to_wait(request, error, error.wait) from error
            said = f"could not be fetched in {self._settings.attempts} attempts: {error}"
            raise self._unavailable(request, said) from error
        except OutOfTime as error:
            said = f"the pull takes longer than {self._settings.pull_s:g} s; the next one goes on from here"
            raise self._unavailable(request, said) from error
        except Lasting as error:
            raise self.changed(request.url, str(error)) from error
        except OSError as error:
            raise self._unavailable(request, f"cannot be kept: {error.strerror or error}") from error

    def _once(self, request: Request, path: Path, check: Check, partial: Partial | None) -> Answer | None:
        self._pace.keep(request.host)
        self._folder.mkdir(parents=True, exist_ok=True)
        room = self._settings.largest_bytes - self._came + self._sizes.get(path, 0)
        headers = self._http.get(request, path, room, partial)
        if headers is None:
            return None
        self._count(path)
        answer = Answer(masked(request.url), path, headers)
        check(answer)
        return answer

    def _unavailable(self, request: Request, what: str) -> SourceUnavailable:
        return SourceUnavailable(masked(f"{self.dataset}: {request.url} {what}. Try again later."))

    def _asked_to_wait(self, request: Request, error: Passing, wait: float) -> SourceUnavailable:
        """The error of a server that is not to be asked again for longer than a pull waits."""
        longest = _long(self._settings.longest_wait_s)
        said = f"{error}, and asks us to wait {_long(wait)}: try again then. A pull waits {longest} at most."
        return SourceUnavailable(masked(f"{self.dataset}: {request.url}: {said}"), retry_after=wait)

    def _soon(self, error: BaseException) -> bool:
        """True for what may be asked again within this pull."""
        if isinstance(error, Passing):
            return error.wait is None or error.wait <= self._settings.longest_wait_s
        return isinstance(error, SourceUnavailable)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, Passing) else None
        backoff = self._settings.wait_s * 2 ** (state.attempt_number - 1)
        return asked if asked is not None else float(min(backoff, self._settings.longest_wait_s))


def _long(seconds: float) -> str:
    """A time as a person says it, never shorter than it is."""
    for name, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{math.ceil(seconds / size)} {name}"
    return f"{seconds:g} s"
