"""Set-up of a checkout: virtual environment, Java and jars.

Standard library only: it runs before anything is installed.
"""
