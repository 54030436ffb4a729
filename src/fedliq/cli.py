"""The command line: ``fedliq report``, ``fedliq series``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from fedliq._version import __version__
from fedliq.exceptions import FedliqError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def _report(arguments: argparse.Namespace) -> str:
    from fedliq.data.sample import load_sample  # noqa: PLC0415 - --help must not load pandas
    from fedliq.report.brief import make_brief  # noqa: PLC0415
    from fedliq.report.formats import render  # noqa: PLC0415

    return render(make_brief(load_sample(), arguments.as_of), arguments.format)


def _series(_: argparse.Namespace) -> str:
    from fedliq.data.sample import load_sample  # noqa: PLC0415
    from fedliq.report.document import Table  # noqa: PLC0415
    from fedliq.report.formats import text_table  # noqa: PLC0415

    columns = ("series", "unit", "observation", "first", "last", "id", "title")
    dataset = load_sample()
    rows = []
    for one in (dataset.provenance(name) for name in dataset):
        info = one.info
        span = (str(stamp.date()) if stamp is not None else "" for stamp in (one.first, one.last))
        rows.append(
            (info.name, str(info.unit), info.observation, *span, info.series_id, info.title)
        )
    table = Table(columns, tuple(rows), frozenset(range(len(columns))))
    return "\n".join(text_table(table)) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fedliq", description="US dollar liquidity as the Federal Reserve makes it."
    )
    parser.add_argument("--version", action="version", version=f"fedliq {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = commands.add_parser(
        "report",
        help="print the liquidity brief",
        description="Print the liquidity brief, computed from the bundled figures.",
    )
    report.add_argument(
        "--as-of",
        metavar="DATE",
        help="use only what had been published by the end of this day, such as 2025-10-31 "
        "(default: the last day of the data)",
    )
    report.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="how to print it (default: text)",
    )
    report.set_defaults(run=_report)

    series = commands.add_parser(
        "series",
        help="list the series at hand",
        description="List the bundled series with their units, conventions, spans and ids.",
    )
    series.set_defaults(run=_series)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, or 2 where the input is refused."""
    parsed = _parser().parse_args(arguments)
    try:
        text = parsed.run(parsed)
    except FedliqError as error:
        print(f"fedliq: {error}", file=sys.stderr)
        return 2
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has gone. Keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
