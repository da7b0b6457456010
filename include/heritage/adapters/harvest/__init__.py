"""Getting a register's files, and reading rows out of them: one module a protocol."""

from heritage.adapters.harvest.fetch import FileFetcher, HttpFetcher, HttpSettings
from heritage.adapters.harvest.read import Reader

__all__ = ["FileFetcher", "HttpFetcher", "HttpSettings", "Reader"]
