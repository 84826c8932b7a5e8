"""Vega-Lite to SVG. Vega takes most of a second to start: a build of many chapters starts it once a core, in processes
that draw for all kernels, not once a kernel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener

import vl_convert

from casebook.display.live_html import VEGA_LITE


def svg(spec: str) -> str:
    """The drawing of a Vega-Lite specification (JSON). ValueError for what Vega can't draw."""
    address = os.environ.get("CASEBOOK_DRAWERS")
    if not address:
        return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    with Client(address) as drawer:
        drawer.send_bytes(spec.encode())
        answer = drawer.recv_bytes().decode()
    if answer.startswith("<svg"):
        return answer
    raise ValueError(answer)


@contextmanager
def drawers(number: int) -> Iterator[None]:
    """While it lasts, ``svg`` is drawn by so many processes, here and in forks of this process."""
    with Listener(family="AF_UNIX") as listener:
        processes = [get_context("fork").Process(target=_draw, args=(listener,), daemon=True) for _ in range(number)]
        for process in processes:
            process.start()
        os.environ["CASEBOOK_DRAWERS"] = str(listener.address)
        try:
            yield
        finally:
            del os.environ["CASEBOOK_DRAWERS"]
            for process in processes:
                process.terminate()
                process.join()


def _draw(listener):
    while True:
        with listener.accept() as asked:
            try:
                drawn = vl_convert.vegalite_to_svg(asked.recv_bytes().decode(), vl_version=VEGA_LITE)
            except ValueError as error:
                drawn = str(error)
            asked.send_bytes(drawn.encode())
