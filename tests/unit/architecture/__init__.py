"""The rules that hold for the whole tree: what may stand where, how large it is, and that pages tell the truth."""
