"""Airflow DAG: brings images of registers to Wikimedia Commons."""

from heritage.orchestration.images import images_dag

images = images_dag()
