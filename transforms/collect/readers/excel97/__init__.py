"""Workbooks of Excel 97 to 2003, read in constant memory (decision 0027)."""
