"""Vega in the lab's worker in place of the native vl-convert: the one call that the book makes."""

import json
from pathlib import Path
from typing import Any

import js
from pyodide.code import run_js

_svg: list[Any] = []


def vegalite_to_svg(spec: str | dict[str, Any], vl_version: str | None = None) -> str:
    """A Vega-Lite specification as SVG. Vega starts with the first chart."""
    if not _svg:
        read = lambda name: Path(__file__).with_name(name).read_text("utf-8")
        for name in ("vega.js", "vega-lite.js"):
            js.Function.new(read(name)).call(js.globalThis)
        for name in ("vega-interpreter.js", "vega-svg.js"):
            inner = (
                read(name)
                .replace("export function", "function")
                .replace("export {", "return {")
                .replace(" as expressionInterpreter", "")
            )
            _svg.append(run_js(f"(() => {{ {inner}\n{'' if 'interpreter' in name else 'return { prepare };'} }})()"))
        _svg[:] = [_svg[1].prepare(_svg[0].expression)]
    return _svg[0](spec if isinstance(spec, str) else json.dumps(spec))
