"""Collect: a delivery is read once, checked whole, protected, and sent to its source's topic."""
