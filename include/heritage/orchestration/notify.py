"""Tells people something through the Airflow connections that the settings name: e-mail or a webhook."""

import logging
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseHook, BaseNotifier
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.errors import SpecError

_logger = logging.getLogger(__name__)


class WebhookNotifier(BaseNotifier):
    """Sends `text` to the webhook of an Airflow connection; a callback of any task, or called by one.

    The connection's host is the address of the webhook, its password what comes last in the path, if the
    address is secret. Raises SpecError when there is no such connection.
    """

    template_fields = ("text",)

    def __init__(self, *, connection: str, text: str) -> None:
        super().__init__()
        self.connection, self.text = connection, text

    def notify(self, context: Any) -> None:  # noqa: ARG002
        """Sends it once; who calls decides about trying again."""
        from heritage.adapters.webhook import post_text

        post_text(_address(self.connection), self.text)
        _logger.info("Told through the connection %s: %s", self.connection, self.text)


def notifier(
    connection: str, subject: str, text: str, to: Sequence[str], files: Sequence[str] = ()
) -> BaseNotifier | None:
    """What sends a message by a connection: e-mail to `to` through one of the type smtp, else a webhook.

    None where a mail would go to nobody. Raises AirflowNotFoundException when there is no such connection.
    """
    if BaseHook.get_connection(connection).conn_type != "smtp":
        return WebhookNotifier(connection=connection, text=text)
    if not to:
        return None
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        smtp_conn_id=connection,
        to=list(to),
        subject=" ".join(subject.split()),  # a line break would end the head of the mail
        html_content=f"<p>{escape(text)}</p>",
        files=list(files) or None,
    )


def _address(name: str) -> str:
    try:
        connection = BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise SpecError(
            f"there is no Airflow connection {name!r}, which the settings name: make it, with the "
            "address of the webhook as its host"
        ) from None
    host = connection.host or ""
    if "://" not in host:
        port = f":{connection.port}" if connection.port else ""
        host = f"{connection.schema or 'https'}://{host}{port}"
    secret = quote(connection.password or "", safe="/")
    return f"{host.rstrip('/')}/{secret}" if secret else host
