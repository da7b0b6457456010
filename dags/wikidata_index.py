"""Airflow DAG: makes the local index of Wikidata items that reconciliation works on."""

from heritage.orchestration.wikidata_index import wikidata_index_dag
from heritage.wiring.settings import Settings

wikidata_index = wikidata_index_dag(Settings())
