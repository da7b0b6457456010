"""Airflow DAGs: proposals are ranked and put to the governance body, and its rounds are looked after."""

from heritage.orchestration.governance import governance_dag, rounds_dag
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings

_specs = [loaded.spec for loaded in load_specs(Settings().datasets)[0]]
governance = governance_dag([spec.id for spec in _specs if spec.proposes])
rounds = rounds_dag()
