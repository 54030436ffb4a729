"""Ask several sources at once, each one request after another."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fedliq.data.sources import Delivery, Request, Source
    from fedliq.exceptions import FedliqError

__all__ = ["gather"]


def gather(
    batches: Sequence[tuple[Source, Sequence[Request]]],
) -> Iterator[tuple[Source, Request, Delivery | FedliqError]]:
    """Yield what came of each request, in the order in which answers arrive.

    Parameters
    ----------
    batches : sequence of (Source, sequence of Request)
        What is asked of whom.

    Yields
    ------
    (Source, Request, Delivery or FedliqError)

    Notes
    -----
    Whoever stops listening stops the asking: a source under way finishes its request, in a
    thread that does not keep the process alive.
    """
    inbox: queue.SimpleQueue[
        tuple[Source, Request, Delivery | FedliqError] | BaseException | None
    ] = queue.SimpleQueue()
    stop = threading.Event()

    def ask(source: Source, wanted: Sequence[Request]) -> None:
        try:
            for request, outcome in source.deliver(wanted):
                inbox.put((source, request, outcome))
                if stop.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever listens
            inbox.put(error)
        finally:
            inbox.put(None)

    for source, wanted in batches:
        threading.Thread(target=ask, args=(source, wanted), daemon=True).start()
    running = len(batches)
    try:
        while running:
            item = inbox.get()
            if item is None:
                running -= 1
            elif isinstance(item, BaseException):
                raise item
            else:
                yield item
    finally:
        stop.set()
