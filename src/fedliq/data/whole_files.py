"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from stat import S_IMODE
from uuid import uuid4

__all__ = ["write_whole"]

_OF_A_NAME = 50  # letters, so that a name as long as a folder takes leaves room for ours


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or, where something fails, as it was before.

    A link is followed; what is no file, such as a terminal or a pipe, is written to as it is.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = _followed(path)
    temporary = Path(target.parent, f".{target.name[:_OF_A_NAME]}.{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():  # who may read it stays as it was
            temporary.chmod(S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _followed(path: Path) -> Path:
    try:
        target = path.resolve()
        circle = target.is_symlink()
    except RuntimeError:  # which Python said of links in a circle until 3.12
        circle = True
    if circle:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return target
