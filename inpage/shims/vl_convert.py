"""Vega of the browser in place of the native vl-convert: the one call that the book makes."""

import json
from typing import Any

from js import vegaLiteToSvg  # the worker's


def vegalite_to_svg(spec: str | dict[str, Any], vl_version: str | None = None) -> str:
    """A Vega-Lite specification as SVG."""
    return vegaLiteToSvg(spec if isinstance(spec, str) else json.dumps(spec))
