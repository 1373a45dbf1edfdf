"""Signed packs: one release of the warehouse, as one recipient may see it."""
