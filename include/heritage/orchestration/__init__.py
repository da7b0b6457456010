"""The DAGs: when the steps run, in which order, and what Airflow does when one fails."""
