"""Airflow DAG: sends what the governance body approved to the target wiki."""

from heritage.orchestration.uploads import uploads_dag

uploads = uploads_dag()
