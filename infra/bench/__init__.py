"""Measurements of a running stack: figures, no pass or fail."""
