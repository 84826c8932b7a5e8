"""Processes that draw the charts of all kernels of a build: Vega takes most of a second to start, so it starts once a
core and not once a chapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener

from casebook.display import figure

draw = figure.draw


@contextmanager
def drawers(number: int) -> Iterator[None]:
    """While it lasts, so many processes draw the charts of this process and of its forks."""
    with Listener(family="AF_UNIX") as listener:
        processes = [get_context("fork").Process(target=_answer, args=(listener,), daemon=True) for _ in range(number)]
        for process in processes:
            process.start()
        figure.draw = lambda spec: _ask(listener.address, spec)
        try:
            yield
        finally:
            figure.draw = draw
            for process in processes:
                process.terminate()
                process.join()


def _ask(address, spec):
    with Client(address) as drawer:
        drawer.send_bytes(spec.encode())
        answer = drawer.recv_bytes().decode()
    if answer.startswith("<svg"):
        return answer
    raise ValueError(answer)                                # as vl-convert said it


def _answer(listener):
    while True:
        with listener.accept() as asked:
            try:
                drawn = draw(asked.recv_bytes().decode())
            except ValueError as error:
                drawn = str(error)
            asked.send_bytes(drawn.encode())
