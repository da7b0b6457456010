"""What is logged, for a terminal or a file that a person reads."""

import logging

from heritage.model.shown import printable


class _Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of logging
        return printable(" ".join(record.message.splitlines()))


def in_lines() -> logging.Handler:
    """A line for each message: no text of a register begins another one, or steers a terminal.

    >>> in_lines().format(logging.LogRecord("", 20, "", 0, "Church\\n\\x1b[2J2026 forged", (), None))
    'Church [2J2026 forged'
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Line())
    return handler
