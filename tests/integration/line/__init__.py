"""The whole line on real services: what is delivered is followed to its pack."""
