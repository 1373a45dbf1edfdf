"""Kafka to archive: each planned offset once."""
