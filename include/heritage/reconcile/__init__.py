"""Reconciliation: records of a register against items of the local index, explained and decided."""

from heritage.reconcile.core import reconcile
from heritage.reconcile.settings import Settings, Vocabulary

__all__ = ["Settings", "Vocabulary", "reconcile"]
