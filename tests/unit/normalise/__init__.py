"""Tests of the step from cleaned fields to claims."""
