"""Accounts on wikis from Airflow Connections: `heritage_wiki` for edits, `heritage_commons` for files, and
`heritage_metabase` for what the hub of partnerships is told."""

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import OAUTH_KEYS, WikiAccount, account_of

CONNECTION = "heritage_wiki"
COMMONS = "heritage_commons"
METABASE = "heritage_metabase"
POOL = "heritage_wiki"
"""Pool of one slot: writes to one account are never parallel."""


def wiki_account(name: str = CONNECTION) -> WikiAccount | None:
    """Host is the address of `api.php`, login and password a bot password; None when nothing is set up.

    The extra field `target` names the wiki (`wikidata`); where its host tells, it can be left out. An
    owner-only OAuth consumer instead of a password stands in the extra fields `consumer_token`,
    `consumer_secret`, `access_token` and `access_secret`; Airflow keeps them encrypted and masks them.
    """
    try:
        connection = BaseHook.get_connection(name)
    except AirflowNotFoundException:
        return None
    extra = connection.extra_dejson
    return account_of(
        Settings(),
        api=connection.host or "",
        user=connection.login or "",
        password=connection.password or "",
        target=str(extra.get("target") or ""),
        oauth={key: extra.get(key) for key in OAUTH_KEYS},
    )
