"""The command `heritage`: every step without a scheduler."""

from heritage.cli.app import app

__all__ = ["app"]
