"""The site's HTML, style and scripts in an output of a notebook: a piece does there what it does on the page.

Each output holds all it needs and works without a kernel; a page of JupyterLab takes each script and the style once. A
notebook that isn't trusted shows the piece as the site does without script.
"""

import re
from functools import cache

import vl_convert

from casebook.tables.resources import BOOK

VEGA_LITE = "6.1"
STATIC = BOOK / "_static"
KEPT = "until you reload the page"
"""How long an answer stays outside the site: it is in the window's memory, and in no file."""
_LIVE = """
  & { --pst-color-background: var(--jp-layout-color0, #fff);
      --pst-color-text-base: var(--jp-content-font-color0, #1d2730);
      color: var(--pst-color-text-base); max-width: 60rem; padding: 0 0.8rem 1rem; overflow: visible; }
  &:focus { outline: none; }
  figure.chart .drawing svg { width: 100%; max-width: 60rem; height: auto; }
"""
TYPE = ".jp-Notebook { --jp-content-font-size1: 17px; --jp-code-font-size: 15px; }"
"""The book's size in a whole notebook: `make live` hands it to JupyterLab, outputs bring it elsewhere."""
GONE = "The kernel is gone. Choose Run, then Run All Cells: this piece starts anew."


def site_style() -> str:
    """The site's own style inside ``.casebook-live``, with its themes as JupyterLab marks them.

    There the class ``js`` says that scripts run, ``still`` that they don't.
    """
    css = (STATIC / "book.css").read_text("utf-8")
    for there, here in (('html[data-theme="light"]', "&"), ('html[data-theme="dark"]', "[data-jp-theme-light=false] &"),
                        ("html:not(.js)", "&.still")):
        css = css.replace(there, here)
    return re.sub(r"(?<![\w.&-])\.js(?=[ :])", "&.js", css) + _LIVE


@cache
def gone() -> str:
    """Style that says what to do where a widget of ipywidgets has lost its kernel."""
    lost = '[data-mime-type="application/vnd.jupyter.widget-view+json"]:not(:has(*))'
    cut_off = ".jupyter-widgets-disconnected:not(.jupyter-widgets-disconnected *)"
    return (f'{cut_off}::before, {lost}::after {{ content: "{GONE}"; display: block; font-weight: bold; }} '
            f"{cut_off}::before {{ position: sticky; top: 0; z-index: 6; padding: 0.4rem 0.8rem; font-size: 1rem; "
            "background: var(--jp-warn-color3, #fff3cd); color: #1d2730; } "
            f"{lost} {{ font-size: 0; &::after {{ font-size: 1rem; }} }}")


@cache
def _style():
    return f"<style data-casebook>{TYPE} {gone()} .casebook-live {{ {site_style()} }}</style>"


@cache
def script(name: str) -> str:
    """A script of the site, by its name in ``_static``."""
    if name == "vega":
        return vl_convert.javascript_bundle(vl_version=VEGA_LITE)
    return (STATIC / f"{name}.js").read_text("utf-8")


KEEP_KEYS = """const writing = (on) => root.closest(".jp-Notebook")?.classList.toggle("jp-mod-readWrite", on);
  root.addEventListener("focusin", () => setTimeout(() => writing(root.contains(document.activeElement))));
  root.addEventListener("focusout", () => setTimeout(() => writing(root.contains(document.activeElement))));
  root.addEventListener("click", () => setTimeout(() => {
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true }); }, 50));"""
"""Script that keeps keys in ``root``: JupyterLab's own hold where nobody writes, and a click there moves the focus."""

_START = """<script>(() => {
  const root = document.currentScript.closest(".casebook-live");
  const [first, ...others] = document.querySelectorAll("style[data-casebook]");
  document.head.append(first);
  for (const style of others) style.remove();
  const kept = (window.casebookKept ??= new Map()), loaded = (window.casebookLoaded ??= new Set());
  const localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  window.casebookRoot = root;
  root.classList.replace("still", "js");
  const load = (name, script) => { if (!loaded.has(name)) { script(); loaded.add(name); } };
  FOCUS
  SCRIPTS
  window.casebook.wake(root);
})();</script>"""


def in_lab(html: str) -> str:
    """HTML of the site, such as a chart or a self-check, as an output of a notebook: in the site's style, and alive.

    Links that would leave the notebook are words there. Keys pressed inside stay inside: JupyterLab's own, such as two
    D for deleting a cell, act outside of it alone.
    """
    names = sorted(set(re.findall(r'data-script="([\w-]+)"', html)))
    alive = names or "data-question=" in html or html.count('class="drawing"') > 1
    names = ["book", *(["vega"] if "parameters" in names else []), *names]
    scripts = "\n".join(f'load("{name}", () => {{ {script(name)}\n}});' for name in names)
    scripts = scripts.replace("</script", "<\\/script")
    words = re.sub(r' href="(?!https?:|#)[^"]*"', "", html).replace("in this browser until you clear it", KEPT) \
        .replace("in this browser", KEPT)
    return (f'{_style()}<div class="casebook-live still" tabindex="-1" data-lm-suppress-shortcuts="true">{words}'
            f'{_START.replace("FOCUS", KEEP_KEYS).replace("SCRIPTS", scripts) if alive else ""}</div>')
