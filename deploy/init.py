"""Brings databases, pool, first account and bucket to what this version needs; safe to run again.

With the word `bucket` it makes that alone: a backup is put back where nothing else is yet.

One process for it all: each `airflow …` takes many seconds to import what it needs.
"""

import getpass
import os
import sys
from pathlib import Path

from airflow.cli.cli_parser import get_parser

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.places import open_place
from heritage.errors import HeritageError
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


def make_bucket(url: str) -> None:
    """Where the snapshots go."""
    files, path = open_place(url)
    files.makedirs(path, exist_ok=True)


def account() -> tuple[str, str]:
    """Address and password of the first account."""
    file = Path(os.environ.get("HERITAGE_SECRETS", "/run/secrets"), "admin_password")
    password = file.read_text().strip() if file.is_file() else ""
    mail = os.environ.get("HERITAGE_ADMIN_MAIL", "")
    if not (password and mail):
        raise SystemExit(f"error: the first account needs HERITAGE_ADMIN_MAIL, and a password in {file}")
    return mail, password


def main() -> None:
    """All of it, in this order."""
    settings = Settings()
    if sys.argv[1:] == ["bucket"]:
        make_bucket(settings.data_url)
        return
    mail, password = account()
    airflow("db", "migrate")
    migrate(settings.database)
    make_bucket(settings.data_url)
    airflow("pools", "set", "heritage_wiki", "1", "Writes to one account on a wiki are never parallel")
    getpass.getpass = lambda *_: password  # a command line can be read by everybody on the machine
    airflow("users", "create", *ADMIN, "--email", mail)


if __name__ == "__main__":
    try:
        main()
    except HeritageError as error:
        raise SystemExit(f"error: {error}") from None
