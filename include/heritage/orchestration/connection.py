"""The account on the target wiki, from the Airflow Connection `heritage_wiki`."""

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.wiring.wiki import WikiAccount

CONNECTION = "heritage_wiki"
POOL = "heritage_wiki"
"""Pool of one slot: writes to one account are never parallel."""


def wiki_account() -> WikiAccount | None:
    """Host is the address of `api.php`, login and password a bot password; None when nothing is set up."""
    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    return WikiAccount(
        api=connection.host or "",
        user=connection.login or "",
        password=connection.password or "",
    )
