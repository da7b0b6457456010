"""What stands in Airflow's connections reaches no log, database or message, also when a server echoes it."""

import json
import logging
import socketserver
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dag_house import House

from canaries import canaries, echo, everything_logged, files_in, leaks
from heritage.errors import SourceUnavailable
from heritage.wiring.settings import Settings
from heritage.wiring.tidings import Message
from installation import settings_in

SECRETS = canaries("mail-login", "mail-password", "hook", "wiki-password", "access-secret", "extra")


@contextmanager
def wary_mail_server() -> Iterator[int]:
    """It lets nobody in, and says so with all that it was sent."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline().strip():
                if line[:4].upper() == b"EHLO":
                    self.wfile.write(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
                else:
                    self.wfile.write(b"535 not you: " + line + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def connected(house: House, **connections: dict[str, Any]) -> None:
    house.set(**{f"AIRFLOW_CONN_{name.upper()}": json.dumps(facts) for name, facts in connections.items()})


@pytest.mark.filterwarnings("ignore")
def test_no_connection_is_told_to_anybody(
    house: House, airflow_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from heritage.orchestration.connection import wiki_account
    from heritage.orchestration.notify import WebhookNotifier
    from heritage.orchestration.tell import tell
    from heritage.orchestration.watch import tell_failure
    from heritage.wiring.wiki import open_reader

    house.set(
        **settings_in(house.folder, governance_conns="post,hook,away", governance_mail="body@x.example")
    )
    house.set(HERITAGE_ALERT_CONNS="post,hook,away", HERITAGE_ALERT_MAIL="ops@x.example")
    out: list[str] = []
    with everything_logged() as told, echo() as at, wary_mail_server() as port:
        logging.getLogger("airflow").setLevel(logging.INFO)  # at DEBUG its logs are its own affair
        mail = {"disable_ssl": True, "disable_tls": True, "from_email": "b@x.example", "retry_limit": 1}
        oauth = dict.fromkeys(("consumer_token", "consumer_secret", "access_token"), SECRETS["access-secret"])
        wiki = {"conn_type": "generic", "login": "Bot@heritage", "password": SECRETS["wiki-password"]}
        connected(
            house,
            post={
                "conn_type": "smtp",
                "host": "127.0.0.1",
                "port": port,
                "login": SECRETS["mail-login"],
                "password": SECRETS["mail-password"],
                "extra": mail | {"note": SECRETS["extra"]},
            },
            hook={"conn_type": "http", "host": f"{at}/500", "password": SECRETS["hook"]},
            away={"conn_type": "http", "host": "http://127.0.0.1:1", "password": SECRETS["hook"]},
            heritage_wiki=wiki | {"host": f"{at}/w/api.php", "extra": {"note": SECRETS["extra"]}},
            heritage_commons=wiki | {"host": f"{at}/w/api.php", "extra": oauth},
        )
        message = Message("opened", "r1", "A round is open", "Please answer.", ("Ada",))
        assert tell(Settings(), [message], {}) == 0
        error = SourceUnavailable("away")
        instance = SimpleNamespace(dag_id="d", task_id="t", map_index=-1, run_id="r", log_url="http://x/")
        tell_failure({"ti": instance, "exception": error})
        for act in (
            lambda: WebhookNotifier(connection="hook", text="told").notify({}),
            lambda: open_reader(wiki_account(), Settings()).read(["Q1"]),
            lambda: wiki_account("heritage_commons"),
        ):
            try:
                act()
            except Exception as failed:  # noqa: BLE001 - what it says is looked at
                out.append("".join(traceback.format_exception(failed)))
    out += [*told.lines, *capfd.readouterr(), *files_in(house.folder), *files_in(airflow_home)]
    refused = [line for line in told.lines if "Not told" in line]
    assert len(refused) == 6
    assert sum("SMTPAuthenticationError" in line for line in refused) == 2, "the password was to be sent"
    assert len(out) > 20
    assert not leaks(SECRETS, out)
