"""The casebridge command: one module per noun, each with a function `register(app)`."""
