"""One Airflow DAG for every description below datasets/. Only YAML is read while this file is parsed."""

from heritage.orchestration.dataset import broken_dag, dataset_dag
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings

_settings = Settings()
_specs, _failures = load_specs(_settings.datasets)
for _loaded in _specs:
    globals()[_loaded.spec.id] = dataset_dag(_loaded, _settings)
for _failure in _failures:
    globals()[f"broken_{_failure.dataset}"] = broken_dag(_failure)
