"""Where things run: settings, the local stack, migrations and the casebridge command."""
