"""Runs the cells of a page and sends what they show: tables as HTML, charts as SVG, errors as short tracebacks."""

import importlib.abc
import importlib.machinery
import io
import linecache
import sys
import traceback
from collections.abc import Callable
from typing import Any

from pyodide.code import eval_code_async

html_of: dict[type, Callable[[Any], str]] = {}
"""Types that are shown by a function."""
sink: Callable[..., None] = print
"""Where ``display`` hands what it shows: to the cell that runs."""
names = {"__name__": "__main__"}
"""What the cells of the page have defined."""
KINDS = (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_"), ("text/markdown", "_repr_markdown_"))


class Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, send: Callable[[str], None]):
        self.send = send

    def write(self, text: str) -> int:
        """Send a text at once."""
        self.send(text)
        return len(text)


class LatePacks(importlib.abc.MetaPathFinder):
    """Packs that few chapters use come when a cell first imports them."""

    def __init__(self, bring: Callable[[str], bool | None]):
        self.bring = bring

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Bring the pack of a module, then look for it as usual."""
        if "." in name or (here := self.bring(name)) is False:
            return None
        if here is None:
            raise ImportError(f"{name} couldn’t be loaded from this site. Is this browser offline?")
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(name, path, target)


def bring_late_packs(bring: Callable[[str], bool | None]) -> None:
    """Imports ask ``bring``: True, the pack is there; False, no pack has the module; None, it can't come."""
    sys.meta_path.append(LatePacks(bring))


def shown(thing: Any) -> dict[str, str]:
    """How an object shows itself: type -> text, as IPython asks for it."""
    if type(thing) in html_of:
        return {"text/html": html_of[type(thing)](thing)}
    if any(base.__module__ == "ipywidgets.widgets.widget" for base in type(thing).__mro__):
        return {"text/html": importlib.import_module("casebook.display.still").still(thing)}
    bundle = thing._repr_mimebundle_() if hasattr(thing, "_repr_mimebundle_") and not isinstance(thing, type) else None
    if bundle:
        return bundle[0] if isinstance(bundle, tuple) else bundle
    for kind, method in KINDS:
        if not isinstance(thing, type) and hasattr(thing, method) and (text := getattr(thing, method)()) is not None:
            return {kind: text}
    return {"text/plain": repr(thing)}


async def run_cell(number: int, code: str, show: bool, send: Callable[[str, str], None]) -> bool:
    """Run a cell; True unless it raised. Without ``show`` its last value is not drawn."""

    global sink

    def show_one(thing, raw=False):
        texts = thing if raw else shown(thing)
        kind = next((k for k in ("text/html", "image/svg+xml", "text/plain", *texts) if k in texts), "text/plain")
        send(kind, texts.get(kind, ""))

    name = f"<cell {number}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    sink = show_one if show else lambda *ignored: None
    sys.stdout, sys.stderr = (Stream(lambda text, kind=kind: send(kind, text)) for kind in ("stdout", "stderr"))
    try:
        value = await eval_code_async(code, names, filename=name)
        if show and value is not None:
            sink(value)
        return True
    except BaseException as error:
        send("error", short(error, name))
        return False


def short(error: BaseException, name: str) -> str:
    """The reader's own lines that led to an error, the last place below them, and what it says."""
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    words = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError) and error.filename == name:
        return f"Line {error.lineno}: {(error.text or '').strip()}\n{type(error).__name__}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"{'Line' if f.filename == name else 'In an earlier cell, line'} {f.lineno}: {f.line}"
        for f in frames
        if f.filename.startswith("<cell ")
    ]
    if frames and not frames[-1].filename.startswith("<cell "):
        last = frames[-1]
        lines.append(f"… in {last.filename.removeprefix('/packs/').removeprefix('/case/book/')}, line {last.lineno}")
    return "\n".join([*lines, words])
