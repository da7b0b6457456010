"""Getting a register's files (`protocols`), and reading rows out of them (`formats`)."""

from heritage.adapters.harvest.fetch import FileFetcher, HttpFetcher
from heritage.adapters.harvest.read import Reader
from heritage.adapters.harvest.session import HttpSettings

__all__ = ["FileFetcher", "HttpFetcher", "HttpSettings", "Reader"]
