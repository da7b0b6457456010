"""The account on the target wiki, from the Airflow Connection `heritage_wiki`."""

from urllib.parse import urlsplit

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.wiring.wiki_account import WikiAccount

CONNECTION = "heritage_wiki"
POOL = "heritage_wiki"
"""Pool of one slot: writes to one account are never parallel."""


def wiki_account() -> WikiAccount | None:
    """Host is the address of `api.php`, login and password a bot password; None when nothing is set up.

    The extra field `target` names the wiki in the upload journal (`wikidata`); its host by default.
    """
    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    api = connection.host or ""
    return WikiAccount(
        api=api,
        user=connection.login or "",
        password=connection.password or "",
        target=str(connection.extra_dejson.get("target") or urlsplit(api).netloc),
    )
