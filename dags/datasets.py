"""One Airflow DAG for every description below datasets/. Only YAML is read while this file is parsed."""

from heritage.orchestration.dataset import broken_dag, dataset_dag
from heritage.orchestration.layer import layer_dag
from heritage.spec.loader import load_layers, load_specs
from heritage.wiring.settings import Settings

_settings = Settings()
_specs, _failures = load_specs(_settings.datasets)
for _loaded in _specs:
    globals()[_loaded.spec.id] = dataset_dag(_loaded, _settings)
_layers, _broken_layers = load_layers(_settings.datasets)
for _layer in _layers:
    globals()[_layer.spec.id] = layer_dag(_layer, _settings)
for _failure in (*_failures, *_broken_layers):
    globals()[f"broken_{_failure.dataset}"] = broken_dag(_failure)
