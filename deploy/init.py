"""Brings databases, pool, first account and bucket to what this version needs; safe to run again.

One process for it all: each `airflow …` takes many seconds to import what it needs.
"""

import getpass
import os
from pathlib import Path

from airflow.cli.cli_parser import get_parser
from fsspec.core import url_to_fs

from heritage.adapters.database.engine import connect, upgrade
from heritage.wiring.settings import Settings

ROLES = Path(__file__).parent / "postgresql" / "roles.sql"
ADMIN = ["--username", "admin", "--firstname", "Heritage", "--lastname", "Admin", "--role", "Admin"]


def airflow(*arguments: str) -> None:
    """What `airflow …` does."""
    given = get_parser().parse_args(arguments)
    given.func(given)


def migrate(database: str) -> None:
    """The newest tables, and what tasks, pages and readers may do in them."""
    upgrade(database)
    engine = connect(database)
    with engine.begin() as connection:
        connection.connection.cursor().execute(ROLES.read_text(encoding="utf-8"))
    engine.dispose()


def main() -> None:
    """All of it, in this order."""
    settings = Settings()
    airflow("db", "migrate")
    migrate(settings.database)
    files, path = url_to_fs(settings.data_url)
    files.makedirs(path, exist_ok=True)
    airflow("pools", "set", "heritage_wiki", "1", "Writes to one account on a wiki are never parallel")
    password = (Path(os.environ["HERITAGE_SECRETS"]) / "admin_password").read_text().strip()
    getpass.getpass = lambda *_: password  # a command line can be read by everybody on the machine
    airflow("users", "create", *ADMIN, "--email", os.environ["HERITAGE_ADMIN_MAIL"])


if __name__ == "__main__":
    main()
