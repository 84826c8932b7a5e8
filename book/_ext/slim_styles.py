"""The theme's style sheets without rules for classes that the site never uses: three quarters of a page's weight.

A rule stays if each class of its selector stands in a page, or is a word of a script, which might set it.
"""

import hashlib
import re
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx

SHEETS = ("styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css", "sphinx-design.min.css",
          "mystnb.*.css", "basic.css")
MARK = "/* Without rules for classes that this book doesn't use: book/_ext/slim_styles.py. */\n"


def words(site: Path) -> set[str]:
    """Every class of a page of the site, and every word of its scripts."""
    names = set()
    for page in site.rglob("*.html"):
        for classes in set(re.findall(r'class="([^"]*)"', page.read_text("utf-8"))):
            names.update(classes.split())
    for script in (site / "_static").rglob("*.js"):
        if script.name != "vega.js":  # it draws into an SVG or a canvas, and sets no class of the theme
            names.update(re.findall(r"[\w-]+", script.read_text("utf-8")))
    return names


def slim(css: str, used: set[str]) -> str:
    r"""A style sheet without the selectors that name a class not in ``used``, and without the rules that have no other.

    >>> slim(".a, .b p { top: 0 } @media print { .b { top: 1px } } p:not(.b) { top: 2px }", {"a"})
    '.a{ top: 0 }\np:not(.b){ top: 2px }'
    """
    return _text(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used)


def _text(rules, used):
    kept = []
    for rule in rules:
        if (rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer", "container")
            and rule.content is not None):
            inner = _text(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), used)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.type == "qualified-rule":
            selectors = [s for s in _selectors(rule.prelude) if _classes(s) <= used]
            if selectors:
                names = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                kept.append(f"{names}{{{tinycss2.serialize(rule.content)}}}")
        else:
            kept.append(rule.serialize())
    return "\n".join(kept)


def _selectors(prelude):
    """The tokens of a rule's head, parted at its commas; those within brackets are one token."""
    parts = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector):
    """Classes that an element must have; what stands within :not() and the like is left alone."""
    return {after.value for dot, after in zip(selector, selector[1:]) if dot == "." and after.type == "ident"}


def slim_sheets(app: Sphinx, error: Exception | None) -> None:
    """Make the style sheets of the built site slim, once; Sphinx copies them anew whenever it writes a page."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    waiting = {sheet: text for name in SHEETS for sheet in static.glob(name)
               if not (text := sheet.read_text("utf-8")).startswith(MARK)}
    used = words(Path(app.outdir)) if waiting else set()
    for sheet, text in waiting.items():
        sheet.write_text(MARK + slimmed_once(text, used, static.parents[1] / "slim"), "utf-8")


def slimmed_once(text: str, used: set[str], folder: Path) -> str:
    """``slim(text, used)``, or what an earlier build made of the same."""
    file = folder / hashlib.sha256("\n".join([text, *sorted(used),
                                              Path(__file__).read_text("utf-8")]).encode()).hexdigest()
    if not file.exists():
        folder.mkdir(exist_ok=True)
        file.write_text(slim(text, used), "utf-8")
    return file.read_text("utf-8")


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.connect("build-finished", slim_sheets, priority=700)        # when pages and decks are finished
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
