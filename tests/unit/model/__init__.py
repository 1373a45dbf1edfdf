"""Tests of the model step that need no database."""
