"""Lets no OpenLineage event leave but through `WithoutWords`.

Airflow puts the text of every error into the event of a task that failed, and such a text can quote a
register. So the transport that the settings of Airflow name is wrapped, before its provider reads them;
where it is named in a way that cannot be wrapped, nothing is emitted.
"""

import json
import logging
import os

from airflow.configuration import conf

_TRANSPORT = "AIRFLOW__OPENLINEAGE__TRANSPORT"
_OTHER_WAYS = ("config_path", "config_conn_id")
_logger = logging.getLogger(__name__)


def guard() -> None:
    """Wraps the transport; safe to call again."""
    transport = conf.getjson("openlineage", "transport", fallback={})
    others = [way for way in _OTHER_WAYS if conf.get("openlineage", way, fallback="")]
    others += [name for name in os.environ if name.startswith(("OPENLINEAGE_URL", "OPENLINEAGE__TRANSPORT"))]
    others += ["OPENLINEAGE_CONFIG"] if os.environ.get("OPENLINEAGE_CONFIG") else []
    if others:
        _logger.error(
            "OpenLineage is switched off: %s would let events out unread. Name the transport in "
            "[openlineage] transport instead, and nothing else.",
            ", ".join(others),
        )
        os.environ["AIRFLOW__OPENLINEAGE__DISABLED"] = "True"
    elif isinstance(transport, dict) and transport and transport.get("transformer_class") != _CLASS:
        wrapped = {"type": "transform", "transformer_class": _CLASS, "transport": transport}
        os.environ[_TRANSPORT] = json.dumps(wrapped)


_CLASS = "heritage.orchestration.lineage_gate.WithoutWords"
guard()
