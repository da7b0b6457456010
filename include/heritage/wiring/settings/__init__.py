"""Typed settings, read from `HERITAGE_*` environment variables, or from files of these names in lower case in
the folder that `HERITAGE_SECRETS` names: the address of a database can have a password."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from heritage.errors import SpecError
from heritage.model.masking import masked
from heritage.wiring.settings.people import PeopleSettings
from heritage.wiring.settings.pulls import PullSettings
from heritage.wiring.settings.reading import secrets_folder, sentence

ROOT = Path(__file__).resolve().parents[4]


class Settings(BaseSettings, PullSettings, PeopleSettings):
    """Where things are and how this installation presents itself; every field has a working default.

    `HERITAGE_CONTACT` is the exception in practice: wikis are only asked by an installation that says whom
    they can write to, and publishers should be. Raises SpecError naming every variable that is wrong.
    """

    model_config = SettingsConfigDict(
        env_prefix="HERITAGE_", env_ignore_empty=True, allow_inf_nan=False, frozen=True
    )

    data_url: str = Field(default=str(ROOT / "data"), description="Folder or fsspec URL of all snapshots.")
    database_url: str = Field(
        default="", repr=False, description="SQLAlchemy URL; SQLite in the data folder by default."
    )
    datasets: Path = Field(default=ROOT / "datasets", description="Folder of the dataset descriptions.")
    expectations: Path = Field(default=ROOT / "expectations", description="Great Expectations suites.")
    governance: Path | None = Field(
        default=None, description="Terms of reference, instead of the bundled ones."
    )
    campaigns: Path | None = Field(
        default=None, description="Folder of the review campaigns, instead of the bundled ones."
    )
    published_url: str = Field(default="", description="Folder or fsspec URL where open data are published.")
    published_address: str = Field(default="", description="Where people find what is published there.")
    reports: Path | None = Field(default=None, description="Folder of the priority reports.")
    scratch: Path | None = Field(default=None, description="Folder of this machine for unfinished pulls.")
    contact: str = Field(default="", description="E-mail or page of the operator, sent in the User-Agent.")
    wikidata_dump: str = Field(default="", description="Path of the entity dump that the index is made from.")
    wikidata_filter: bool | None = Field(
        default=None, description="Keep what is heritage of a dump only; by default of a large one."
    )
    wikidata_sparql: str = Field(
        default="", description="Address of the query service that the index is made from, without a dump."
    )
    wikidata_api: str = Field(
        default="", description="Address of the api.php whose recent changes bring the index up to date."
    )
    partition_records: int = Field(
        default=250_000, ge=1, description="Records of a large register that are compared together."
    )
    partition_tasks: int = Field(
        default=1,
        ge=1,
        description="Mapped tasks of a run that go at once, each with the index or a layer in memory.",
    )
    sample: bool = Field(default=False, description="The registers are extracts; every report says so.")
    wiki_edits_per_minute: float = Field(
        default=30, gt=0, description="Upper limit of writes to the target wiki."
    )
    pilot_edits: int = Field(
        default=10, ge=1, description="Edits of a batch that go before a person has looked at them."
    )
    commons_target: str = Field(
        default="commons",
        description="Name in the journal of the wiki whose files the items of the target can show.",
    )
    round_poll_seconds: float = Field(default=300, gt=0, description="How often the open round is looked at.")
    approval_days: float = Field(
        default=7,
        gt=0,
        le=3660,
        description="How long a snapshot waits for approval; after that it is not used.",
    )
    pageviews: str = Field(
        default="https://wikimedia.org/api/rest_v1/metrics/pageviews",
        description="Service that is asked how often articles were read, for impact reports.",
    )
    service_seconds: float = Field(
        default=30, gt=0, description="How long the reconciliation service may work on one request."
    )
    service_batch: int = Field(
        default=50, ge=1, description="How many queries one request to the reconciliation service may hold."
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(_secrets_dir=secrets_folder(), **values)
        except ValidationError as error:
            raise SpecError("; ".join(map(sentence, error.errors()))) from None

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """An address of a service or mirror may have a password."""
        for name, value in super().__repr_args__():
            yield name, masked(value) if isinstance(value, str) else value

    @field_validator("data_url", "published_url")
    @classmethod
    def _data_can_be_reached(cls, value: str) -> str:
        try:
            fsspec.core.url_to_fs(value)
        except (ValueError, ImportError) as error:
            raise ValueError(f"{error}; give a folder or an address that fsspec can open here") from None
        return value

    @field_validator("wikidata_sparql", "wikidata_api", "published_address", "pageviews")
    @classmethod
    def _service_is_http(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("a service has an http(s) address")
        return value

    @cached_property
    def vocabularies(self) -> Path:
        """Folder of licences, risk schemes and terms of reference."""
        return self.datasets / "_vocabularies"

    @cached_property
    def campaigns_folder(self) -> Path:
        """Folder of the review campaigns; there may be none."""
        return self.campaigns or self.datasets / "_campaigns"

    @cached_property
    def countries(self) -> Path:
        """Outlines of all countries, GeoJSON, for maps in reports."""
        return self.vocabularies / "natural_earth" / "countries_110m.geojson"

    @property
    def _folder(self) -> Path | None:
        """That of the snapshots, where it is on this machine."""
        fs, root = fsspec.core.url_to_fs(self.data_url)
        return Path(root) if isinstance(fs, LocalFileSystem) else None

    @cached_property
    def _local(self) -> Path:
        return self._folder or ROOT / "data"

    @cached_property
    def reports_folder(self) -> Path:
        """Where reports are written and read on this machine."""
        return self.reports or (self._folder or self.scratch_folder) / "reports"

    @cached_property
    def reports_url(self) -> str:
        """Where all machines find the reports: in the folder that is named, or beside the snapshots."""
        beside = f"{self.data_url.rstrip('/')}/reports"
        return str(self.reports_folder) if self.reports or self._folder else beside

    @cached_property
    def scratch_folder(self) -> Path:
        """Beside the snapshots, where these are in a folder of this machine."""
        return self.scratch or self._local / ".unfinished"

    @cached_property
    def database(self) -> str:
        """The database in force. Raises SpecError when none is named and the snapshots are elsewhere."""
        if not (self.database_url or self._folder):
            raise SpecError(
                "HERITAGE_DATABASE_URL is missing: the snapshots are in a store that other machines use too, "
                "so decisions belong into a database that these can reach; give postgresql://user@host/name"
            )
        return self.database_url or f"sqlite:///{self._folder}/heritage.sqlite"

    @cached_property
    def user_agent(self) -> str:
        """As Wikimedia's policy asks: name, version, contact."""
        from heritage import __version__

        return f"HeritageGuard/{__version__} ({self.contact or 'no contact given'})"
