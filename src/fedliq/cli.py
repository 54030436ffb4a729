"""The command line: ``fedliq report``, ``fedliq project``, ``fedliq series``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from fedliq._version import __version__
from fedliq.exceptions import FedliqError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def _report(arguments: argparse.Namespace) -> str:
    from fedliq.data.sample import load_sample  # noqa: PLC0415 - --help must not load pandas
    from fedliq.report.brief import make_brief  # noqa: PLC0415
    from fedliq.report.document import document  # noqa: PLC0415
    from fedliq.report.formats import render  # noqa: PLC0415

    brief = make_brief(load_sample(), arguments.as_of)
    return render(brief, document(brief), arguments.format)


def _project(arguments: argparse.Namespace) -> str:
    import pandas as pd  # noqa: PLC0415

    from fedliq.data.sample import load_sample  # noqa: PLC0415
    from fedliq.outlook import make_outlook  # noqa: PLC0415
    from fedliq.policy.tables import policy_schedule  # noqa: PLC0415
    from fedliq.report.ahead import ahead_document, stale, summarise  # noqa: PLC0415
    from fedliq.report.formats import render  # noqa: PLC0415
    from fedliq.report.what_if import with_options  # noqa: PLC0415

    dataset = load_sample()
    day = dataset.as_of if arguments.start is None else arguments.start
    schedule = with_options(policy_schedule().as_known_on(day), arguments.rmp, arguments.caps)
    outlook = make_outlook(
        dataset.known_on(day), schedule, end=arguments.end, target_ratio=arguments.target_ratio
    )
    reason = stale(outlook.projection.opening.day, pd.Timestamp(day))
    if reason:
        raise InvalidInputError(f"--from: {reason}; choose an earlier day.")
    ahead = summarise(outlook)
    return render(ahead, ahead_document(ahead, __version__), arguments.format)


def _series(_: argparse.Namespace) -> str:
    from fedliq.data.sample import load_sample  # noqa: PLC0415
    from fedliq.report.formats import text_table  # noqa: PLC0415
    from fedliq.report.page import Table  # noqa: PLC0415

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
    report.set_defaults(run=_report)

    project = commands.add_parser(
        "project",
        help="project the balance sheet",
        description="Project the balance sheet from the bundled figures, week by week, and print "
        "its month-ends.",
    )
    project.add_argument(
        "--from",
        dest="start",
        metavar="DATE",
        help="know only what had been published and announced by the end of this day (default: "
        "the last day of the data)",
    )
    project.add_argument(
        "--to", dest="end", metavar="DATE", help="last day (default: a year after the opening)"
    )
    project.add_argument(
        "--rmp",
        metavar="AMOUNT[@DATE]",
        help="assume reserve management purchases in USD bn a month, such as 20@2026-11-01 "
        "(default date: after the last announced period)",
    )
    project.add_argument(
        "--caps",
        metavar="TREASURY/AGENCY@DATE",
        help="assume other redemption caps in USD bn a month, such as 25/35@2027-01-01",
    )
    project.add_argument(
        "--target-ratio",
        type=float,
        default=0.12,
        metavar="FRACTION",
        help="reserves over bank assets to work out purchases for (default: 0.12)",
    )
    project.set_defaults(run=_project)
    for command in (report, project):
        command.add_argument(
            "--format",
            choices=("text", "markdown", "json"),
            default="text",
            help="how to print it (default: text)",
        )

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
