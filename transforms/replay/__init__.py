"""Archived records read again: what changes for their keys, let in as an admission of its own."""
