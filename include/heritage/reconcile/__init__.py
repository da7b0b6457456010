"""Reconciliation: records of a register against items of the local index, explained and decided."""

from heritage.reconcile.core import Prepared, answers, prepare, reconcile
from heritage.reconcile.settings import Settings, Vocabulary

__all__ = ["Prepared", "Settings", "Vocabulary", "answers", "prepare", "reconcile"]
