"""Airflow around the line."""
