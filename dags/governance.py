"""Airflow DAG: ranks new proposals, opens a round for the governance body and closes it with decisions."""

from heritage.orchestration.governance import governance_dag
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings

_specs = [loaded.spec for loaded in load_specs(Settings().datasets)[0]]
governance = governance_dag([spec.id for spec in _specs if spec.proposes])
