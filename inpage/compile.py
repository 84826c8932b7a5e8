"""Runs in Pyodide under Node.js: turns the sources of a zip into its bytecode, so that the browser compiles nothing."""

import importlib.util
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

sys.setrecursionlimit(10000)


def compiled(name: str, source: bytes) -> bytes:
    """Bytecode that is taken as it is, without a look at its source."""
    return _code_to_hash_pyc(
        compile(source, name, "exec", dont_inherit=True), importlib.util.source_hash(source), checked=False
    )


def compile_zip(path: str, root: str, keep_source: bool) -> None:
    """Write ``path`` anew, not compressed: that is faster outside. ``root``: where the browser unpacks it.
    ``keep_source``: sources stay beside it."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if name.endswith(".py"):
                folder, _, module = name.rpartition("/")
                cached = f"{folder}/__pycache__/{module[:-3]}.{sys.implementation.cache_tag}.pyc"
                archive.writestr(cached if keep_source else name + "c", compiled(f"{root}/{name}", content))
            if keep_source or not name.endswith(".py"):
                archive.writestr(name, content)
