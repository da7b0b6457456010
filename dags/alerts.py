"""Airflow DAG: tells engineers what needs them, together."""

from heritage.orchestration.alerts import alerts_dag

alerts = alerts_dag()
