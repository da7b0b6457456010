"""Airflow DAG: publishes registers as open data, where there is a place for them."""

from heritage.orchestration.publishing import publish_dag

publish = publish_dag()
