"""The command line: ``fedliq report``, ``project``, ``series``, ``fetch``, ``cache``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from fedliq._version import __version__
from fedliq.exceptions import FedliqError, FedliqWarning, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from fedliq.data.cache import Cache
    from fedliq.data.dataset import Dataset

__all__ = ["main"]


def _dataset(arguments: argparse.Namespace, day: str | None) -> Dataset:
    """Return the bundled figures, or live ones: of an earlier day, as they stood on it."""
    if arguments.offline and arguments.data != "live":
        raise InvalidInputError("--offline: goes with --data live; the sample asks nobody.")
    if arguments.data == "sample":
        from fedliq.data.sample import load_sample  # noqa: PLC0415 - --help must not load pandas

        return load_sample()
    from fedliq.data.load import load  # noqa: PLC0415

    return load(as_of=day, offline=arguments.offline)


def _handed_over(text: str, output: str | None) -> str:
    """Write text to the file asked for; what is left to be printed comes back."""
    if output is None:
        return text
    from fedliq.data.whole_files import write_whole  # noqa: PLC0415

    try:
        write_whole(Path(output), text.encode())
    except OSError as error:
        raise InvalidInputError(
            f"--output: {output} cannot be written ({error.strerror}); name a file in a folder that "
            "is there and may be written to."
        ) from error
    return ""


def _report(arguments: argparse.Namespace) -> str:
    from fedliq.data.market_files import read_futures, read_price  # noqa: PLC0415
    from fedliq.report.brief import make_brief  # noqa: PLC0415
    from fedliq.report.document import document  # noqa: PLC0415
    from fedliq.report.formats import render  # noqa: PLC0415

    futures = None if arguments.futures is None else read_futures(arguments.futures)
    prices: dict[str, pd.Series[float]] = {}
    for path in arguments.price or ():
        price = read_price(path)
        name = str(price.name)
        if name in prices:
            raise InvalidInputError(
                f"--price: two files are named {name!r}; name the column of one differently."
            )
        prices[name] = price
    dataset = _dataset(arguments, arguments.as_of)
    brief = make_brief(dataset, arguments.as_of, futures=futures, prices=prices)
    return _handed_over(render(brief, document(brief), arguments.format), arguments.output)


def _project(arguments: argparse.Namespace) -> str:
    import pandas as pd  # noqa: PLC0415

    from fedliq.outlook import make_outlook  # noqa: PLC0415
    from fedliq.policy.tables import policy_schedule  # noqa: PLC0415
    from fedliq.report.ahead import ahead_document, stale, summarise  # noqa: PLC0415
    from fedliq.report.formats import render  # noqa: PLC0415
    from fedliq.report.what_if import with_options  # noqa: PLC0415

    dataset = _dataset(arguments, arguments.start)
    day = dataset.as_of if arguments.start is None else arguments.start
    schedule = with_options(policy_schedule().as_known_on(day), arguments.rmp, arguments.caps)
    outlook = make_outlook(
        dataset.known_on(day), schedule, end=arguments.end, target_ratio=arguments.target_ratio
    )
    reason = stale(outlook.projection.opening.day, pd.Timestamp(day))
    if reason:
        raise InvalidInputError(f"--from: {reason}; choose an earlier day.")
    ahead = summarise(outlook)
    page = ahead_document(ahead, __version__)
    return _handed_over(render(ahead, page, arguments.format), arguments.output)


def _fetch(arguments: argparse.Namespace) -> str:
    from tqdm import tqdm  # noqa: PLC0415

    from fedliq.data.catalog import catalog  # noqa: PLC0415
    from fedliq.data.load import load  # noqa: PLC0415

    names = list(dict.fromkeys(arguments.names)) or None
    total = len(names or catalog())
    with tqdm(total=total, unit="series", leave=False, disable=None) as bar:

        def progress(name: str, what: str) -> None:
            bar.set_postfix_str(f"{name}: {what}")
            bar.update()

        dataset = load(
            names,
            source=arguments.source,
            since=arguments.since,
            refresh=True,
            progress=progress,
        )
    return _listing(dataset) + f"{len(dataset)} of {total} series.\n"


def _cache(arguments: argparse.Namespace) -> str:
    from fedliq.data.cache import Cache, default_directory  # noqa: PLC0415

    cache = Cache(default_directory())
    if arguments.clear is not None:
        gone = cache.clear(arguments.clear or None)
        return f"Removed {len(gone)} from {cache.directory}.\n"
    return _cached(cache)


def _cached(cache: Cache) -> str:
    from fedliq.data.clock import ago, utc_now  # noqa: PLC0415
    from fedliq.exceptions import CacheError  # noqa: PLC0415
    from fedliq.report.formats import text_table  # noqa: PLC0415
    from fedliq.report.page import Table  # noqa: PLC0415

    columns = ("what", "source", "retrieved", "vintage", "kB", "read from")
    now, rows, size = utc_now(), [], 0
    for name in cache.names():
        bytes_held = cache.size(name)
        size += bytes_held
        kilobytes = f"{bytes_held / 1000:.0f}"
        try:
            entry = cache.read(name)
        except CacheError:
            rows.append((name, "", "damaged", "", kilobytes, ""))
            continue
        if entry is not None:
            one = entry.origin
            when = f"{ago(now - one.retrieved)} ago"
            rows.append((name, one.source, when, one.vintage, kilobytes, one.origin))
    total = f"{len(rows)} in {cache.directory}, {size / 1e6:.1f} MB.\n"
    table = Table(columns, tuple(rows), frozenset({0, 1, 2, 3, 5}))
    return "\n".join(text_table(table)) + "\n" + total if rows else total


def _series(arguments: argparse.Namespace) -> str:
    return _listing(_dataset(arguments, None))


def _listing(dataset: Dataset) -> str:
    from fedliq.report.formats import text_table  # noqa: PLC0415
    from fedliq.report.page import Table  # noqa: PLC0415

    columns = ("series", "unit", "observation", "first", "last", "id", "title")
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
        description="Print the liquidity brief.",
    )
    report.add_argument(
        "--as-of",
        metavar="DATE",
        help="use only what had been published by the end of this day, such as 2025-10-31 "
        "(default: the last day of the data)",
    )
    report.add_argument(
        "--futures",
        metavar="FILE",
        help="a CSV of date, symbol (such as ZQZ26) and close of 30-day federal funds futures, for "
        "what is priced for the next meetings",
    )
    report.add_argument(
        "--price",
        action="append",
        metavar="FILE",
        help="a CSV of date and close, to be laid beside net liquidity; may be given again",
    )
    report.set_defaults(run=_report)

    project = commands.add_parser(
        "project",
        help="project the balance sheet",
        description="Project the balance sheet week by week, and print its month-ends.",
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
            choices=("text", "markdown", "html", "json"),
            default="text",
            help="how to write it; html has charts (default: text)",
        )
        command.add_argument(
            "--output",
            "-o",
            metavar="FILE",
            help="write it to this file, whole or not at all, instead of printing it",
        )

    series = commands.add_parser(
        "series",
        help="list the series at hand",
        description="List the series with their units, conventions, spans and ids.",
    )
    series.set_defaults(run=_series)
    for command in (report, project, series):
        command.add_argument(
            "--data",
            choices=("sample", "live"),
            default="sample",
            help="the figures that ship with fedliq, or those of the publishers, fetched where "
            "they are due; of an earlier day, as they stood on it (default: sample)",
        )
        command.add_argument(
            "--offline",
            action="store_true",
            help="with --data live: ask nobody, use what is cached",
        )

    fetch = commands.add_parser(
        "fetch",
        help="fetch figures into the cache",
        description="Fetch figures from their publishers into the cache. A key of FRED is read "
        "from FRED_API_KEY; none is needed.",
    )
    fetch.add_argument("names", nargs="*", metavar="SERIES", help="which (default: all)")
    fetch.add_argument(
        "--source",
        action="append",
        choices=("nyfed", "treasury", "fred", "fredgraph", "board"),
        help="ask only this publisher's service; may be given again (default: each series' own)",
    )
    fetch.add_argument(
        "--since",
        metavar="DATE",
        help="of what is cached, fetch anew only from this day on",
    )
    fetch.set_defaults(run=_fetch)

    cache = commands.add_parser(
        "cache",
        help="show or clear the cache",
        description="Show what is cached, how old it is and where it came from. The folder is "
        "FEDLIQ_CACHE_DIR, or the user's cache directory.",
    )
    cache.add_argument(
        "--clear",
        nargs="*",
        metavar="NAME",
        help="remove these entries, or all of them",
    )
    cache.set_defaults(run=_cache)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0; 1 where ``fetch`` could not have everything; 2 where something is refused; 130 after
    Control-C.
    """
    parsed = _parser().parse_args(arguments)
    problem, code, text = "", 0, ""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always", FedliqWarning)
        try:
            text = parsed.run(parsed)
        except FedliqError as error:
            problem, code = str(error), 2
        except KeyboardInterrupt:
            problem, code = "stopped; what had been fetched is kept.", 130
    told = [str(one.message) for one in given if issubclass(one.category, FedliqWarning)]
    if parsed.run is _fetch and told and not code:
        code = 1  # for cron: something was not had
    for said in (*told, problem):
        if said:
            print(f"fedliq: {said}", file=sys.stderr)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        # A name from a file of the user's may hold what a plain terminal cannot show.
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has gone. Keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main())
