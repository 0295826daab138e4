"""`python -m geo COMMAND`: the outermost layer, which turns arguments into calls and errors into one line.

Each command is a module of this package with an object `command`; it is imported only when it is called, so that
`geocode` needn't load the map.
"""

from __future__ import annotations

import importlib
import sys

import click

from geo.errors import IncidentMapError

COMMANDS = {
    "data": "check the files in data/",
    "districts": "list, check or install district boundaries",
    "export": "write the selected incidents to a file",
    "extract": "read articles and print attributed incidents",
    "geocode": "look place names up",
    "import": "take over the incidents of a data set",
    "ingest": "read articles and store what they say",
    "pull": "take over incidents from a web service",
    "store": "inform about, check, rebuild, back up or restore what is stored",
}
MODULES = {"import": "import_"}  # a word of the language can't name a module


class LazyGroup(click.Group):
    """A group whose commands live in modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"geo.cli.{MODULES.get(cmd_name, cmd_name)}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """News reports of political violence in Balochistan: who says what happened where."""


def run() -> None:
    """Entry point: an error that the user can act on is one line on stderr and its exit code."""
    try:
        main(prog_name="python -m geo")
    except IncidentMapError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
