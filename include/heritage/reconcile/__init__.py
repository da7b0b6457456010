"""Reconciliation: records of a register against items of the local index, explained and decided."""

from heritage.reconcile.core import Facing, Prepared, answers, face, prepare, reconcile, settle
from heritage.reconcile.settings import Settings, Vocabulary

__all__ = [
    "Facing",
    "Prepared",
    "Settings",
    "Vocabulary",
    "answers",
    "face",
    "prepare",
    "reconcile",
    "settle",
]
