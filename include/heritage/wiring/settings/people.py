"""Who acts in this installation, and who is told of what."""

import getpass
from functools import cached_property

from pydantic import BaseModel, Field, field_validator

from heritage.wiring.settings.listed import listed


class PeopleSettings(BaseModel):
    """Names, addresses and connections; lists are written with commas."""

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

    @field_validator("airflow_ids")
    @classmethod
    def _ids_have_names(cls, value: str) -> str:
        for pair in listed(value):
            name, _, number = pair.rpartition("=")
            if not (name.strip() and number.strip()):
                raise ValueError(f"{pair!r} is no id of somebody; write them as Ada=2, with commas")
        return value

    @property
    def person(self) -> str:
        """Who acts here: the name that is set, or the system's user name."""
        return self.user or getpass.getuser()

    @cached_property
    def engineer_names(self) -> list[str]:
        """The users in `engineers`."""
        return listed(self.engineers)

    @cached_property
    def airflow_id_of(self) -> dict[str, str]:
        """The ids in `airflow_ids` by user name; who is not there has the name for an id."""
        pairs = (one.rpartition("=") for one in listed(self.airflow_ids))
        return {name.strip(): number.strip() for name, _, number in pairs}

    @cached_property
    def governance_ways(self) -> list[str]:
        """The connections in `governance_conns`."""
        return listed(self.governance_conns)

    @cached_property
    def governance_addresses(self) -> list[str]:
        """The addresses in `governance_mail`."""
        return listed(self.governance_mail)

    @cached_property
    def alert_ways(self) -> list[str]:
        """The connections in `alert_conns`."""
        return listed(self.alert_conns)

    @cached_property
    def alert_addresses(self) -> list[str]:
        """The addresses in `alert_mail`."""
        return listed(self.alert_mail)
