"""Staged claims to canonical, in one transaction."""
