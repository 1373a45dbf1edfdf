"""Gates: Great Expectations suites that decide whether the next step may start."""
