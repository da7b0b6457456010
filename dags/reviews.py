"""Airflow DAG: people are asked what the datasets left open, and what they settled is proposed."""

from heritage.orchestration.reviews import reviews_dag
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings

_specs = [loaded.spec for loaded in load_specs(Settings().datasets)[0]]
reviews = reviews_dag([spec.id for spec in _specs if spec.proposes])
