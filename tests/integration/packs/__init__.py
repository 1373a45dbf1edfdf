"""Packs of a small warehouse with known answers: what is in them, what changed, what is refused."""
