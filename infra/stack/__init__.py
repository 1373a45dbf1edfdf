"""The services of one local stack: PostgreSQL, Kafka and Airflow, without containers."""
