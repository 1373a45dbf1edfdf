"""The steps put together: what Airflow and the command call."""
