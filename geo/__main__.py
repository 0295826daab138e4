"""`python -m geo`: starts the command line."""

from geo.cli import run

run()
