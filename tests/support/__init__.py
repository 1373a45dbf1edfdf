"""Made-up bodies and what they deliver, with planted defects whose answers are known."""
