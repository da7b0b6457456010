"""Airflow DAG: looks again at items that were edited, and tells what became of the edits."""

from heritage.orchestration.revisit import revisit_dag

revisit = revisit_dag()
