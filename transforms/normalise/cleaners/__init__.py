"""Cleaners: small named functions, each with a plain form for one cell and a column form that equals it."""
