"""Typed settings, read from `HERITAGE_*` environment variables, or from files of these names in lower case in
the folder that `HERITAGE_SECRETS` names: the address of a database can have a password."""

import getpass
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from heritage.errors import SpecError
from heritage.model.masking import masked

Limit = Annotated[int, Field(ge=1)] | None
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
Longest = Annotated[float, Field(gt=0, allow_inf_nan=False)] | None

ROOT = Path(__file__).resolve().parents[3]


class Settings(BaseSettings):
    """Where things are and how this installation presents itself; every field has a working default.

    `HERITAGE_CONTACT` is the exception in practice: wikis are only asked by an installation that says whom
    they can write to, and publishers should be. Raises SpecError naming every variable that is wrong.
    """

    model_config = SettingsConfigDict(env_prefix="HERITAGE_", frozen=True)

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
    mirror: str | None = Field(
        default=None, description="Base address to fetch registers from instead of their publishers."
    )
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
        default=7, gt=0, description="How long a snapshot waits for approval; after that it is not used."
    )
    user: str = Field(default="", description="Who gives approvals here; the system's user name by default.")
    engineers: str = Field(
        default="", description="Airflow users who may approve snapshots, with commas; all who may run DAGs."
    )

    airflow_ids: str = Field(
        default="",
        description="Ids of Airflow's users by name, where its auth manager has others: Ada=2, Sekai=7.",
    )

    notify_conn: str = Field(
        default="",
        description="Airflow connection (HTTPS webhook) that is told when sites become critical or lost.",
    )
    governance_conns: str = Field(
        default="",
        description="Airflow connections (SMTP, or HTTPS webhooks), with commas, by which members are told.",
    )
    governance_mail: str = Field(
        default="",
        description="Addresses, with commas, that get e-mail on rounds; so do user names that are one.",
    )
    alert_conns: str = Field(
        default="",
        description="Airflow connections (SMTP, or HTTPS webhooks), with commas, that tell engineers.",
    )
    alert_mail: str = Field(default="", description="Addresses, with commas, of engineers who get e-mail.")
    runbook: str = Field(
        default="docs/runbook.md", description="Where engineers find the runbook: alerts lead there."
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
    private_hosts: str = Field(
        default="", description="Hosts of registers that may have addresses of our own network, with commas."
    )

    # What a pull may take; None leaves what `HttpSettings` and `ArchiveLimits` say.
    http_attempts: Limit = None
    http_wait_s: Seconds = None
    http_longest_wait_s: Seconds = None
    http_pause_s: Seconds = None
    http_silence_s: Longest = None
    http_pull_s: Longest = None
    http_unfinished_s: Longest = None
    http_largest_bytes: Limit = None
    http_most_pages: Limit = None
    http_packed_ratio: Limit = None
    http_packed_bytes: Limit = None
    archive_members: Limit = None
    archive_unpacked_bytes: Limit = None
    archive_ratio: Limit = None
    archive_small_bytes: Limit = None

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(_secrets_dir=_secrets(), **values)
        except ValidationError as error:
            raise SpecError("; ".join(map(_sentence, error.errors()))) from None

    @field_validator("data_url", "published_url")
    @classmethod
    def _data_can_be_reached(cls, value: str) -> str:
        try:
            fsspec.core.url_to_fs(value)
        except (ValueError, ImportError) as error:
            raise ValueError(f"{error}; give a folder or an address that fsspec can open here") from None
        return value

    @field_validator("mirror")
    @classmethod
    def _mirror_is_http(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("a mirror is an http(s) address")
        return value

    @field_validator("wikidata_sparql", "wikidata_api", "published_address")
    @classmethod
    def _service_is_http(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("a service has an http(s) address")
        return value

    @field_validator("private_hosts")
    @classmethod
    def _hosts_are_names(cls, value: str) -> str:
        for name in _listed(value):
            if not re.fullmatch(r"\w([\w.\-]*\w)?", name):
                raise ValueError(f"{name!r} is no host; write names as register.example, with commas")
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

    @property
    def person(self) -> str:
        """Who acts here: the name that is set, or the system's user name."""
        return self.user or getpass.getuser()

    @cached_property
    def engineer_names(self) -> list[str]:
        """The users in `engineers`."""
        return _listed(self.engineers)

    @cached_property
    def airflow_id_of(self) -> dict[str, str]:
        """The ids in `airflow_ids` by user name; who is not there has the name for an id."""
        pairs = (one.rpartition("=") for one in _listed(self.airflow_ids))
        return {name.strip(): number.strip() for name, _, number in pairs}

    @cached_property
    def governance_ways(self) -> list[str]:
        """The connections in `governance_conns`."""
        return _listed(self.governance_conns)

    @cached_property
    def governance_addresses(self) -> list[str]:
        """The addresses in `governance_mail`."""
        return _listed(self.governance_mail)

    @cached_property
    def alert_ways(self) -> list[str]:
        """The connections in `alert_conns`."""
        return _listed(self.alert_conns)

    @cached_property
    def alert_addresses(self) -> list[str]:
        """The addresses in `alert_mail`."""
        return _listed(self.alert_mail)

    @cached_property
    def private_host_names(self) -> frozenset[str]:
        """The hosts in `private_hosts`."""
        return frozenset(_listed(self.private_hosts))

    @cached_property
    def user_agent(self) -> str:
        """As Wikimedia's policy asks: name, version, contact."""
        from heritage import __version__

        return f"HeritageGuard/{__version__} ({self.contact or 'no contact given'})"


def _secrets() -> str | None:
    """The folder of secrets, where one is named. Without it we would go on with another database."""
    named = os.environ.get("HERITAGE_SECRETS")
    if named and not (Path(named).is_dir() and os.access(named, os.R_OK | os.X_OK)):
        raise SpecError(f"HERITAGE_SECRETS is {named!r}: there is no such folder, or it cannot be read")
    return named or None


_WRITE = {
    "int_parsing": "write a whole number, as 4",
    "int_from_float": "write a whole number, as 4",
    "float_parsing": "write a number, as 2.5",
    "finite_number": "write a number, as 2.5",
    "greater_than": "write a number above {gt:g}",
    "greater_than_equal": "write a number of {ge:g} or more",
    "bool_parsing": "write true or false",
}


def _sentence(fault: Any) -> str:
    """A fault of a variable: its name, what it says, what to write."""
    told = fault["msg"].removeprefix("Value error, ")
    if fault["type"] in _WRITE:
        told = _WRITE[fault["type"]].format(**fault.get("ctx", {}))
    return f"HERITAGE_{str(fault['loc'][0]).upper()} is {masked(str(fault['input']))!r}: {told}"


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
