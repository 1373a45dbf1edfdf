"""A new source from a sample of its file: profile, proposal, contract, golden pair and a trial run of both."""
