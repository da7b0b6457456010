"""What licences allow, as the table `datasets/_vocabularies/licences.yaml` says it."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Self

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import Field, StringConstraints, model_validator

from heritage.licence.permission import Target
from heritage.model.governance import LicenceAnswer
from heritage.spec.closed import Closed, Country, Qid

_COMMONS = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z+-]+)/(\d\.\d)(?:/([a-z]{2,3}))?"
    r"(?:/.*)?",
    re.IGNORECASE,
)
_STATEMENTS = re.compile(
    r"(?:https?://)?(?:www\.)?rightsstatements\.org/(?:vocab|page)/([a-z-]+)/1\.0(?:/.*)?", re.IGNORECASE
)


class Answers(Closed):
    """What is allowed towards each target."""

    wikidata: LicenceAnswer
    commons: LicenceAnswer
    europeana: LicenceAnswer
    export: LicenceAnswer

    def towards(self, target: Target) -> LicenceAnswer:
        found: LicenceAnswer = getattr(self, target.value)
        return found


class Terms(Answers):
    """One row of the table: licences that are answered alike.

    `ids` are SPDX ids, or begin with LicenseRef-; `also` are other ways to write them. Where the licence is
    silent on the database right, `elsewhere` holds for makers outside the countries that have one.
    """

    ids: tuple[str, ...] = Field(min_length=1)
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    why: str
    attribution: bool = False
    share_alike: bool = False
    body_may_decide: bool = False
    """True when a recorded decision of the governance body can stand in for the owner's waiver."""
    covers_database_right: bool = True
    elsewhere: Answers | None = None
    needs_basis: bool = False
    """True when it holds only by a statute, which the description then has to name."""
    statement: bool = False
    """A statement of rightsstatements.org: of media only, and no licence. A free tag that was established
    independently (statute, VRT) opens Commons."""

    @model_validator(mode="after")
    def _known_ids(self) -> Self:
        if unknown := [name for name in self.ids if spdx(name) != name]:
            raise ValueError(
                f"neither SPDX ids nor LicenseRef- ids, as they are written: {', '.join(unknown)}; "
                "other ways to write an id stand under `also`"
            )
        if strangers := sorted(self.also.keys() - set(self.ids)):
            raise ValueError(f"also: {', '.join(strangers)} is not among the ids of this row")
        return self

    def names(self) -> Iterator[tuple[str, str]]:
        """Every way to write an id, with the id."""
        for name in self.ids:
            yield from ((way, name) for way in (name, *self.also.get(name, ())))


class Tag(Closed):
    """How a file under a licence is marked on Commons: the template of its page, the item of the licence, and
    that of the copyright status."""

    template: str = Field(pattern=r"^[^\[\]{}|#<>\n]+$")
    item: Qid
    status: Qid


Statement = Annotated[
    str, StringConstraints(pattern=r"^http://creativecommons\.org/(licenses|publicdomain)/\S+/$")
]
"""As Europeana writes it: without s, and with a slash at the end."""


class Licences(Closed):
    """The vocabulary. `database_right` are the countries (ISO 3166, two letters) with a right of the maker of
    a database; `tags` mark files on Commons, by licence: one without a tag goes there by no machine. `rights`
    are the addresses of the statements that Europeana takes, likewise."""

    version: int
    database_right: frozenset[Country]
    terms: tuple[Terms, ...]
    tags: dict[str, Tag] = Field(default_factory=dict)
    rights: dict[str, Statement] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [way.casefold() for terms in self.terms for way, _ in terms.names()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"licences listed twice: {', '.join(twice)}")
        ids = {name for terms in self.terms for name in terms.ids}
        for key in ("tags", "rights"):
            if strangers := sorted(getattr(self, key).keys() - ids):
                raise ValueError(f"{key}: {', '.join(strangers)} is no id of the table")
        return self

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, Terms]]:
        return {way.casefold(): (name, terms) for terms in self.terms for way, name in terms.names()}

    def read(self, text: str) -> str | None:
        """The id of the licence that a text names: an id, another way to write it, or the address of a
        Creative Commons licence or of a statement of rightsstatements.org; None for one we do not know."""
        found = self._named(text)
        return found[0] if found else None

    def find(self, text: str) -> Terms | None:
        """The terms of the licence that a text names."""
        found = self._named(text)
        return found[1] if found else None

    def tag(self, text: str) -> Tag | None:
        """How a file under the licence that a text names is marked on Commons."""
        return self.tags.get(self.read(text) or "")

    def statement(self, text: str) -> str | None:
        """The address by which Europeana knows the licence that a text names."""
        return self.rights.get(self.read(text) or "")

    def _named(self, text: str) -> tuple[str, Terms] | None:
        words = " ".join(text.split())
        return self._by_name.get(words.casefold()) or self._by_name.get(_from_address(words).casefold())


def spdx(text: str) -> str | None:
    """The id as the SPDX licence list writes it, or a LicenseRef- id as it is; None for what is neither.

    >>> spdx("cc-by-4.0"), spdx("LicenseRef-not-stated"), spdx("free to use"), spdx("MIT OR CC0-1.0")
    ('CC-BY-4.0', 'LicenseRef-not-stated', None, None)
    """
    try:
        found = str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None
    return None if " " in found else found


def _from_address(text: str) -> str:
    """
    >>> _from_address("http://creativecommons.org/licenses/by-sa/3.0/de/")
    'CC-BY-SA-3.0-DE'
    >>> _from_address("https://rightsstatements.org/vocab/InC-OW-EU/1.0/")
    'LicenseRef-RS-InC-OW-EU'
    """
    if statement := _STATEMENTS.fullmatch(text):
        return f"LicenseRef-RS-{statement[1]}"
    found = _COMMONS.fullmatch(text)
    if not found:
        return text
    family, name, version, place = found.groups()
    if family.lower() == "publicdomain":
        return f"{'CC0' if name.lower() == 'zero' else 'CC-PDM'}-{version}"
    ported = f"-{place.upper()}" if place and version < "4.0" and name.lower() != "deed" else ""
    return f"CC-{name.upper()}-{version}{ported}"
