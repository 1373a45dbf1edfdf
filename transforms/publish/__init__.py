"""Releases: open, publish, abandon."""
