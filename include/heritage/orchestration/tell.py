"""Tells members of rounds by e-mail and chat, once through each Airflow connection of the settings."""

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.errors import HeritageError
from heritage.orchestration.checks_link import priorities_address
from heritage.orchestration.notify import notifier
from heritage.wiring.settings import Settings
from heritage.wiring.tidings import Message, tell_once

_logger = logging.getLogger(__name__)


def tell(settings: Settings, messages: Iterable[Message], context: Any) -> int:
    """Sends each message by each connection unless that was done; gives how many were sent now.

    A connection that is missing is said once a message; one that does not work is tried again by the DAG
    `rounds`, while the round is open, or for some days after it has closed. Neither stops anything.
    """
    sent = 0
    for message in messages:
        for connection in settings.governance_ways:
            send = partial(_send, settings, message, connection, context)
            try:
                sent += tell_once(settings, message, connection, send)
            except HeritageError as error:
                _logger.warning("Not told of %s: %s", message.subject, error)
            except Exception as error:  # noqa: BLE001 - whatever a mail server does, the round goes on
                _logger.warning("Not told of %s: %s", message.subject, type(error).__name__)
    return sent


def _send(settings: Settings, message: Message, connection: str, context: Any) -> str | None:
    """Why it cannot be sent, however often it is tried."""
    try:
        notifier = _notifier(settings, message, connection)
    except AirflowNotFoundException:
        why = f"there is no Airflow connection {connection!r}, which HERITAGE_GOVERNANCE_CONNS names"
        _logger.warning("Not told of %s: %s", message.subject, why)
        return why
    if notifier is None:
        return "nobody has an address"
    notifier.notify(context)
    _logger.info("Told through the connection %s: %s", connection, message.subject)
    return None


def _notifier(settings: Settings, message: Message, connection: str) -> BaseNotifier | None:
    report = message.report
    return notifier(
        connection,
        message.subject,
        f"{message.text} {priorities_address()}".strip(),
        list(dict.fromkeys([*settings.governance_addresses, *(m for m in message.members if "@" in m)])),
        [str(report)] if report and report.exists() else [],
    )
