"""Pages of a register: numbered, counted, and none of their rows twice."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.model.digest import digest_bytes
from heritage.ports.files import FetchedFile, Pulled

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """An answer of the service and what it says."""

    answer: Answer
    content: T


class Pages(Generic[T]):
    """The pages of one pull.

    `read` makes sense of an answer of the service. It raises SourceUnavailable for an error that passes (the
    session asks again) and SourceChanged for one that stays, or for what is no answer of this service.
    """

    def __init__(self, session: Session, read: Callable[[Answer], T], suffix: str = "json") -> None:
        self._session, self._read, self._suffix = session, read, suffix
        self._files: list[FetchedFile] = []
        self._keys: set[str] = set()
        self.received = 0

    def ask(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """What the service says to a question that is no part of the capture."""
        said: list[T] = []
        self._session.ask(
            url, params, form=form, headers=headers, check=lambda answer: said.append(self._read(answer))
        )
        return said[-1]

    def next(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answers: tuple[int, ...] = (200,),
    ) -> Page[T]:
        """The page after those that were kept. `answers` are the statuses that come with one."""
        said: list[T] = []
        name = f"page-{len(self._files) + 1:05}.{self._suffix}"
        answer = self._session.page(
            name,
            url,
            params,
            form=form,
            headers=headers,
            check=lambda got: said.append(self._read(got)),
            answers=answers,
        )
        return Page(answer, said[-1] if said else self._read(answer))

    def keep(
        self, answer: Answer, rows: Sequence[Any], keys: Iterable[str] | None = None, *, stamped: bool = False
    ) -> None:
        """Takes a page with these rows into the capture. `stamped` pages carry the time of the answer.

        `keys` tell the rows apart; without them only a page as a whole can be seen to come again. Raises
        SourceChanged when something comes a second time: the service does not page as it says, or the
        register changed meanwhile, and then other rows are missing.
        """
        says = digest_bytes(json.dumps(rows, sort_keys=True).encode()) if stamped or keys is None else None
        fresh = [says or ""] if keys is None else list(keys)
        again = next((key for key in fresh if key in self._keys), None)
        self._keys.update(fresh)
        if again is not None or len(set(fresh)) < len(fresh):
            what = "the page" if keys is None else f"row {again}" if again else "a row"
            raise self._session.changed(
                answer.url, f"{what} came twice: the service repeats rows, or the register changed meanwhile"
            )
        self._files.append(answer.file(says if stamped else None))
        self.received += len(rows)

    @property
    def empty(self) -> bool:
        """Whether no page was kept yet."""
        return not self._files

    def follow(self, url: str, link: Any) -> str:
        """The address that a link in the answer of `url` leads to; it may be relative."""
        try:
            target = urljoin(url, link) if isinstance(link, str) else ""
            scheme = urlsplit(target).scheme
        except ValueError:  # brackets that hold no IPv6 address
            scheme = ""
        if scheme not in ("http", "https"):
            raise self.refuse(url, f"it links to no address: {str(link)[:200]!r}")
        return target

    def refuse(self, url: str, what: str) -> SourceChanged:
        """The error of a register that is not what it was."""
        return self._session.changed(url, what)

    def steady(self, url: str, before: Any, after: Any) -> None:
        """Raises SourceChanged when it counts otherwise after the last page than before the first."""
        if before != after:
            raise self._session.changed(
                url,
                f"the service counted {before} rows before and {after} after: the register changed meanwhile",
            )

    def pulled(self, announced: int | None) -> Pulled:
        """All pages that were kept."""
        return Pulled(self._files, announced, self.received)


def whole(value: Any) -> int | None:
    """A count as services write it: a number, or its text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def at(content: Any, *keys: str) -> Any:
    """What stands under these keys, one inside the other; None when there is nothing."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def listed(content: Any) -> list[Any] | None:
    """The content when it is a list, else None."""
    return content if isinstance(content, list) else None


def row_keys(rows: Sequence[Any]) -> set[str]:
    """What tells rows without an id of their own apart: all they say. Two of one page may be the same."""
    return {digest_bytes(json.dumps(row, sort_keys=True).encode()) for row in rows}


def document(session: Session, answer: Answer) -> Any:
    """The answer as JSON. Raises SourceChanged when it is none."""
    try:
        return answer.json()
    except SourceChanged as error:
        raise session.changed(answer.url, str(error).removeprefix(f"{answer.url}: ")) from None


def array(session: Session, answer: Answer) -> list[Any]:
    """The answer as a JSON array. Raises SourceChanged when it is none, with what it says instead."""
    content = document(session, answer)
    if not isinstance(content, list):
        raise session.changed(answer.url, f"the answer is no list, it says {str(content)[:200]!r}")
    return content


def mapping(session: Session, answer: Answer) -> dict[str, Any]:
    """The answer as a JSON object. Raises SourceChanged when it is none."""
    content = document(session, answer)
    if not isinstance(content, dict):
        raise session.changed(answer.url, "the answer is JSON, but no object")
    return content
