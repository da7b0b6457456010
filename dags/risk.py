"""Airflow DAGs: flag again what can have changed, and tell people what got worse."""

from heritage.orchestration.risk import risk_changed_dag, risk_dag
from heritage.spec.loader import load_layers, load_specs
from heritage.wiring.settings import Settings

_datasets = Settings().datasets
_layers = [loaded.spec.id for loaded in load_layers(_datasets)[0]]
_registers = [loaded.spec.id for loaded in load_specs(_datasets)[0] if not loaded.spec.proposes]

risk = risk_dag([*_layers, *_registers])
risk_changed = risk_changed_dag()
