"""Archived records to staged claims; what cannot be used is quarantined."""
