"""The site inside the views of ipywidgets, stepper and projector: its style, and what the browser must be told."""

import asyncio
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape, unescape
from typing import Any

import ipywidgets as widgets

from casebook.display.live_html import KEEP_KEYS, gone, site_style
from casebook.display.text import render
from casebook.tables.case_folder import LETTER, Case


def _by_variable(css):
    """Every length in rem as a multiple of --rem, which a projector may set; media queries know no variables."""
    def length(match):
        return match[0] if match["asked"] else f"calc({match['number']} * var(--rem, 1rem))"
    return re.sub(r"(?P<asked>\(m(in|ax)-width: )?(?P<number>-?[\d.]+)rem", length, css)


@cache
def style() -> str:
    """The site's style inside ``.casebook-live``; sizes hang on ``--rem``, so that a projector can enlarge all."""
    return _by_variable(f"""<style>{gone()}
:is(.jp-OutputArea, .jp-OutputArea-child, .jp-OutputArea-output):has(.casebook-bar) {{ overflow: visible; }}
.casebook-live {{ {site_style()}
  .widget-html-content {{ font-size: 0.95rem; line-height: 1.55; white-space: normal; }}
  .widget-html, .widget-html-content {{ overflow: visible; height: auto; }}
  :is(.known, .asked, .second, .committed) > :is(p, ul):last-child {{ margin-bottom: 0; }}
  :is(.committed, .second) > :first-child {{ margin-top: 0; }}
  .casebook-bar {{ position: sticky; top: 0; z-index: 5; flex-wrap: wrap; align-items: center; gap: 0.4rem;
                   padding: 0.4rem 0; overflow: visible; border-bottom: 1px solid var(--panel-line);
                   background: var(--jp-layout-color0); }}
  .casebook-end {{ opacity: 0.55; }}
  .widget-button {{ align-self: flex-start; }}
  .decision-hint, .casebook-bar .widget-html {{ margin-inline-start: 0.6rem; }}
  .close :is(dt, dd) {{ float: none; width: auto; }}
  .widget-radio, .widget-textarea, .widget-text {{ flex-direction: column; align-items: stretch; width: auto;
                                                   height: auto; }}
  .widget-label {{ width: auto; max-width: none; height: auto; text-align: start; white-space: normal; font-weight: 600;
                   font-size: 0.95rem; line-height: 1.45; color: inherit; }}
  .casebook-bar .widget-label {{ margin-inline-end: 0.6rem; }}
  .widget-radio-box {{ margin: 0; max-width: none; }}
  .widget-radio-box label {{ width: auto; height: auto; white-space: normal; line-height: 1.45; color: inherit;
                             padding: 0.25rem 0.25rem 0.25rem 1.6rem; position: relative; font-size: 0.95rem; }}
  .widget-radio-box input {{ position: absolute; inset-inline-start: 0; top: 0.3rem; }}
  :is(.widget-textarea textarea, .widget-text input) {{ width: 100%; color: inherit;
                                                        background: var(--jp-layout-color0); }}
  .gate summary {{ width: fit-content; }}
  .casebook-bedside {{ flex-wrap: wrap; align-items: flex-start; gap: 0 1.6rem; overflow: visible; }}
  .casebook-bedside > .widget-html {{ flex: 1 1 24rem; max-width: 36rem; position: sticky; top: 3rem; }}
  .casebook-bedside > .widget-vbox {{ flex: 1 1 20rem; min-width: 0; }}
  :is(.own, .chips li) p {{ margin: 0; }}
  .discovery:not(:has(input:checked, .gate[open])) [data-after], .discovery:has(input:checked) .gate,
  .question:not(:has(input:checked)) details.feedback {{ display: none; }}
  .widget-radio, .widget-text, .widget-textarea, .committed {{ margin-block: 0.5rem; }}
  .reflection {{ background: none; border: 0; padding: 0; margin-bottom: 0; }}
  {", ".join(f'.question:has(input[value="{n}"]:checked) li:nth-child({n + 1})' for n in range(8))} {{
    border-inline-start: 4px solid var(--chart-accent); padding-inline-start: 0.6rem; }}
}}</style>""")


NOTE = re.compile(r'(?s)<label class="reason"><span>(.*?)</span><textarea.*?</textarea></label>')
_SCALE = re.compile(r'(?s)<div class="drawing" data-variant="(Log scale)">(.*?</svg></div>)</div>')


def on_show(label: str, first: str = "", each: str = "") -> str:
    """HTML that runs when the place named ``label`` shows: ipywidgets leaves keys to JupyterLab and doesn't scroll.

    ``first`` is script for the first time, ``each`` for every time; both know ``root``, the view, and ``finish``, which
    runs them again.
    """
    script = f"""const root = this.closest('.casebook-live'), step = {json.dumps(label)};
  if (!root) return;                                   // another screen has come meanwhile
  const finish = () => {{ {each}
    if (!root.dataset.step) {{ root.dataset.lmSuppressShortcuts = true; root.tabIndex = -1; {KEEP_KEYS} {first} }}
    if ((root.dataset.step ?? step) !== step) {{
      root.scrollTop = 0; if (root.getBoundingClientRect().top < 0) root.scrollIntoView(); }}
    root.dataset.step = step; }}; finish();"""
    return f'<style onload="{escape(script)}"></style>'


def folded(html: str) -> str:
    """Charts with their second scale folded away; on the site book.js makes a switch of the two."""
    return _SCALE.sub(r'<details class="drawing"><summary>\1</summary>\2</details>', html)


def unlinked(html: str) -> str:
    """Without links, which would leave JupyterLab, forms, which would reload it, landmarks, and notes."""
    html = re.sub(r' href="[^"]*"', "", NOTE.sub("", html))
    html = re.sub(r"(<a [^>]*)aria-label=", r"\1title=", html)
    html = re.sub(r'(?s)<p class="gate">.*?</p>',
                  '<details class="gate"><summary>Show the finding</summary></details>', html)
    return re.sub(r"<(/?)(?:form|header)\b", r"<\1div", html)


def button(description: str, **kwargs: Any) -> widgets.Widget:
    """A button as wide as its words."""
    return widgets.Button(description=description, layout=widgets.Layout(width="auto"), **kwargs)


def plain(text: str, case: Case = LETTER) -> str:
    """A short text about a case without its markup, as a control's label holds it."""
    return unescape(re.sub("<[^>]+>", "", render(text, inline=True, case=case)))


def draw_ahead(charts: Iterable[Callable], still_wanted: Callable[[], bool]) -> asyncio.Task | None:
    """Call cached functions that draw, while the reader still reads; stops as soon as ``still_wanted()`` is false."""
    async def draw():
        for chart in charts:
            await asyncio.sleep(0.05)
            if not still_wanted():
                return
            chart()
    try:
        return asyncio.get_running_loop().create_task(draw())
    except RuntimeError:        # no event loop: a script, not a kernel
        return None
