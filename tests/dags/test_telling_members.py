"""Members are told by e-mail, with the report, through Airflow's own connection and notifier."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from heritage.wiring.settings import Settings
from heritage.wiring.tidings import Message
from installation import settings_in


@contextmanager
def mail_server(refuses: bool = False) -> Iterator[tuple[int, list[tuple[list[str], EmailMessage]]]]:
    """A server that takes mail, or refuses every recipient; gives its port and what came."""
    took: list[tuple[list[str], EmailMessage]] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            recipients: list[str] = []
            self.say("220 ready")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(":")[0].split()[0].upper()
                if verb == "RCPT":
                    recipients.append(line.split("<")[1].split(">")[0])
                    self.say("550 no such person" if refuses else "250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    took.append((recipients, message_from_bytes(text, policy=policy.default)))  # type: ignore[arg-type]
                    self.say("250 taken")
                else:
                    self.say("221 bye" if verb == "QUIT" else "250 ok")
                    if verb == "QUIT":
                        return

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], took
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def message(airflow_home: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Message:
    given = settings_in(tmp_path, governance_conns="post", governance_mail="body@heritage.example")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7 the report")
    members = ("Ada", "eun@heritage.example")
    return Message("opened", "r0123", "A round is open", "Please answer, 3 < 5 & soon.", members, report)


def connect(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    extra = {
        "disable_ssl": True,
        "disable_tls": True,
        "from_email": "board@heritage.example",
        "retry_limit": 1,
    }
    facts = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_POST", json.dumps(facts))


def test_members_get_the_report_by_mail_once(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    from heritage.orchestration.tell import tell

    message = replace(message, subject="A round\r\n\r\nis open")
    with mail_server() as (port, took):
        connect(monkeypatch, port)
        assert tell(Settings(), [message], {}) == 1
        assert tell(Settings(), [message], {}) == 0, "a task that is repeated sends nothing"
    [(recipients, mail)] = took
    assert recipients == ["body@heritage.example", "eun@heritage.example"]
    assert mail["Subject"] == "A round is open"
    [report] = mail.iter_attachments()
    assert (report.get_filename(), report.get_content()) == ("report.pdf", b"%PDF-1.7 the report")
    [html] = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    assert "Please answer, 3 &lt; 5 &amp; soon." in html.get_content()


def test_a_mail_server_that_refuses_stops_nothing_and_is_tried_again(
    message: Message, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from heritage.orchestration.tell import tell

    with mail_server(refuses=True) as (port, took):
        connect(monkeypatch, port)
        assert tell(Settings(), [message], {}) == 0
    assert took == []
    assert [line for line in caplog.messages if "Not told of A round is open" in line]
    with mail_server() as (port, took):
        connect(monkeypatch, port)
        assert tell(Settings(), [message], {}) == 1
    assert len(took) == 1
