"""The Heritage pages in the navigation of Airflow: server-rendered, without script."""
