"""What the bytes of a delivered file say: rows of cells, or records by label, streamed, whatever its name."""
