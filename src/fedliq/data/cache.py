"""The cache on disk: one CSV a series or table, with a sidecar that says what it is.

The sidecar names the file of the figures and its hash, and is replaced last, in one step: a
process that is killed leaves either the old pair or the new one. Writers of one series wait
for each other; readers never wait.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq.data.whole_files import write_whole
from fedliq.exceptions import CacheError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Cache", "Entry", "Origin", "csv_of_series", "default_directory", "series_of_csv"]

_FORMAT = 1
# A reader that finds the file gone met a writer: the new sidecar names the new file.
_TRIES = 5
_LOCK_SECONDS = 60


def default_directory() -> Path:
    """Return the user's cache directory, or the one that ``FEDLIQ_CACHE_DIR`` names."""
    named = os.environ.get("FEDLIQ_CACHE_DIR")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where nothing is named

    return user_cache_path("fedliq", appauthor=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where cached figures come from.

    Attributes
    ----------
    source : str
        Name of the source, as ``source=`` spells it.
    origin : str
        What was read there.
    unit : str
        Of the figures in the file.
    retrieved_at : str
        Time in UTC, ISO 8601.
    vintage : str
        Which state of the figures it is.
    raw_sha256 : str
        Hash of the bytes the publisher sent.
    delivered_from : str
        The first day that this source delivered, where another one did the days before.
    """

    source: str
    origin: str
    unit: str
    retrieved_at: str
    vintage: str
    raw_sha256: str
    delivered_from: str = ""

    @property
    def retrieved(self) -> pd.Timestamp:
        """When it was retrieved, in UTC."""
        return pd.Timestamp(self.retrieved_at)


@dataclass(frozen=True, slots=True)
class Entry:
    """The CSV of a series or a table, with its origin."""

    content: bytes
    origin: Origin


class Cache:
    """A folder of cached series and tables.

    Parameters
    ----------
    directory : pathlib.Path
        Made when something is first written.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def directory(self) -> Path:
        """Where the files are."""
        return self._directory

    def names(self) -> tuple[str, ...]:
        """What is cached, in alphabetical order."""
        found = (path.stem for path in self._directory.glob("*.json") if self._is_ours(path))
        return tuple(sorted(found))

    def _is_ours(self, sidecar: Path) -> bool:
        """Whether a JSON file is a sidecar: the folder may hold other things too."""
        try:
            return "format" in json.loads(sidecar.read_bytes())
        except (OSError, ValueError, TypeError):
            return any(self._directory.glob(f"{sidecar.stem}.????????????.csv"))

    def size(self, name: str) -> int:
        """Bytes on disk of one entry."""
        return sum(path.stat().st_size for path in self._files(name))

    def _files(self, name: str) -> list[Path]:
        return [
            self._directory / f"{name}.json",
            *self._directory.glob(f"{name}.????????????.csv"),
        ]

    def read(self, name: str) -> Entry | None:
        """Return what is cached; None where nothing is.

        Raises
        ------
        CacheError
            There is something, but it is damaged or cannot be read.
        """
        sidecar = self._directory / f"{name}.json"
        for _ in range(_TRIES):
            try:
                meta = json.loads(sidecar.read_bytes())
            except FileNotFoundError:
                return None
            except NotADirectoryError:
                raise CacheError(
                    f"cache: {self._directory} is not a folder; name one with cache_dir= or "
                    "FEDLIQ_CACHE_DIR."
                ) from None
            except (OSError, ValueError) as error:
                raise CacheError(_damaged(name, sidecar, error)) from None
            try:
                return _entry(self._directory, name, meta)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise CacheError(_damaged(name, sidecar, error)) from None
        raise CacheError(_damaged(name, sidecar, FileNotFoundError("its figures are gone")))

    def update(self, name: str, renew: Callable[[Entry | None], Entry]) -> Entry:
        """Replace an entry by what ``renew`` makes of the one that is there.

        No other process writes the series in between. Where ``renew`` raises, or the disk is
        full, what was there stays as it was.

        Raises
        ------
        CacheError
            It cannot be written.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - readers do without

        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._directory / f"{name}.lock", timeout=_LOCK_SECONDS)
            with lock:
                try:
                    held = self.read(name)
                except CacheError:
                    held = None  # damaged: nothing in it is worth keeping
                entry = renew(held)
                self._write(name, entry)
                return entry
        except Timeout:
            raise CacheError(
                f"cache: another process has held {name!r} for {_LOCK_SECONDS} seconds."
            ) from None
        except CacheError:
            raise
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            raise CacheError(
                f"cache: {name!r} cannot be written in {self._directory} ({_plain(error)}); free "
                "some space, or name another folder with cache_dir= or FEDLIQ_CACHE_DIR."
            ) from None

    def _write(self, name: str, entry: Entry) -> None:
        digest = hashlib.sha256(entry.content).hexdigest()
        file = f"{name}.{digest[:12]}.csv"
        meta = {"format": _FORMAT, "name": name, "file": file, "sha256": digest}
        write_whole(self._directory / file, entry.content)
        write_whole(
            self._directory / f"{name}.json",
            json.dumps(meta | asdict(entry.origin), indent=1).encode(),
        )
        for path in (*self._files(name)[1:], *self._left_over(name)):
            if path.name != file:
                path.unlink(missing_ok=True)

    def _left_over(self, name: str) -> Iterator[Path]:
        """Temporary files of a writer that was killed; nobody else writes under the lock."""
        return self._directory.glob(f".{name}.*")

    def clear(self, names: Iterable[str] | None = None) -> tuple[str, ...]:
        """Remove entries, all of them by default; return the names of what was there."""
        wanted = None if names is None else set(names)
        gone = tuple(name for name in self.names() if wanted is None or name in wanted)
        for name in gone:
            others = (self._directory / f"{name}.lock", *self._left_over(name))
            for path in (*self._files(name), *others):
                path.unlink(missing_ok=True)
        return gone


def _entry(directory: Path, name: str, meta: dict[str, object]) -> Entry:
    if meta["format"] != _FORMAT or meta["name"] != name:
        raise ValueError("its sidecar is of another format")
    content = (directory / Path(str(meta["file"])).name).read_bytes()
    if hashlib.sha256(content).hexdigest() != meta["sha256"]:
        raise ValueError("its figures are not those that were written")
    origin = Origin(**{key: str(meta[key]) for key in Origin.__slots__})
    if origin.retrieved.tz is None:  # NaT included
        raise ValueError("its time of retrieval is none")
    return Entry(content, origin)


def csv_of_series(values: pd.Series[float]) -> bytes:
    """Write a series so that reading it gives back every bit."""
    days = values.index.to_numpy().astype("datetime64[D]").astype(str)
    lines = (f"{day},{number!r}\n" for day, number in zip(days, values.tolist(), strict=True))
    return ("date,value\n" + "".join(lines)).encode()


def series_of_csv(content: bytes, name: str) -> pd.Series[float]:
    """Read what :func:`csv_of_series` wrote."""
    # pandas' reader costs a millisecond a file before it has read anything.
    cells = content.decode().replace("\n", ",").split(",")[2:-1]
    index = pd.DatetimeIndex(np.array(cells[::2], dtype="datetime64[ns]"), name="date")
    return pd.Series(np.array(cells[1::2], dtype=np.float64), index=index, name=name)


def _plain(error: BaseException) -> str:
    """Say what failed without the path, which may name a user."""
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return str(error) or type(error).__name__


def _damaged(name: str, sidecar: Path, error: BaseException) -> str:
    return (
        f"cache: {name!r} in {sidecar.parent} is damaged ({_plain(error)}); it is fetched anew "
        "where the network is allowed, or remove it with fedliq cache --clear."
    )
