"""Getting a register's files (`protocols`), and reading rows out of them (`formats`)."""

from heritage.adapters.harvest.fetch import FileFetcher, HttpFetcher
from heritage.adapters.harvest.limits import ArchiveLimits, HttpSettings
from heritage.adapters.harvest.read import Reader

__all__ = ["ArchiveLimits", "FileFetcher", "HttpFetcher", "HttpSettings", "Reader"]
