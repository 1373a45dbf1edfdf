"""Random and negative tests of the materialization behind releases, on a small project of its own."""
