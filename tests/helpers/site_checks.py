"""What can be wrong with a built page. Each function returns troubles in words; none where the page is whole."""

import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from bs4 import BeautifulSoup

UNFINISHED = ("SOURCE NEEDED", "REVIEW NEEDED", "EXPERT TEXT", "TODO", "{{", "}}", "{glue", "{term}", "{cite", "[@",
              "data-placement=&quot;")
SHOWN = re.compile(r"^(?:charts[\w.]+|dag\.DagBuilder|agreement\.class_map|Choices|CaseStepper|own_case\.stepper)\("
                   r"|^\(?alt\.Chart\(|^\(?[\w +]+\)?\.properties\(|^glue\(\"picture\"", re.M)
"""A cell that shows a figure."""


@cache
def soup(path):
    return BeautifulSoup(Path(path).read_text("utf-8"), "html.parser")


def unfinished(page):
    """Title, notice and language stand; no text reached the page unrendered; no cell printed an error."""
    main = page.select_one("main")
    text = main.get_text()
    return [what for what, wrong in (
        ("no language", page.html.get("lang") != "en"),
        ("no title for the window", not page.title.get_text(strip=True)),
        ("not one title a page", len(page.select("h1")) != 1),
        ("the notice is missing", "Education only, never medical advice" not in page.get_text()),
        ("a cell printed an error", main.select(".output.stderr, .cell_output .traceback"))) if wrong] + \
        [f"unfinished or unrendered: {m}" for m in UNFINISHED if m in text]


def missing(page, source):
    """What a page's source asks for and the page lacks, or the reverse: a chart can go missing without an error."""
    cells = re.findall(r"^```\{code-cell\}.*?^```$", source, re.M | re.S)
    asked = lambda directive: re.findall(rf"^```\{{{directive}\}} ?(\S*)", source, re.M)
    pairs = {
        "steppers": (len(page.select("[data-stepper=case]")), source.count("\nCaseStepper(")),
        "case definitions": (len(page.select("[data-criteria]")), source.count("\nCaseDefinitions(")),
        "charts": (len([c for c in page.select(".cell, .opening-picture") if c.select("figure.chart, .choices")]),
                   sum(bool(SHOWN.search(cell)) for cell in cells)),
        "self-checks": ([q["data-question"] for q in page.select("[data-question^=q-]")],
                        [f"q-{i.replace('.', '-')}" for i in asked("question")]),
        "appraisals": ([e["data-appraisal"] for e in page.select("[data-appraisal]")],
                       re.findall(r'^appraisal\.form\("(\w+)"\)$', source, re.M)),
        "look-backs": (len(page.select(".look-back")), len(asked("look-back"))),
    } | {name: ([e[f"data-{name}"] for e in page.select(f"[data-{name}]")], [a or "all" for a in asked(name)])
         for name in ("ledger", "stages", "sorting")}
    return [f"{what}: {shown} on the page, {there} in its source" for what, (shown, there) in pairs.items()
            if shown != there]


def unreadable_charts(page):
    """Each chart has a name, its numbers as a table, and drawings with names."""
    for figure in page.select("figure.chart"):
        name = figure.get("aria-label")
        if not name:
            yield "a chart without a name"
        beside = figure.find_parent("section", class_="dag") or figure  # its tables stand below its switches
        if "stages" not in figure["class"] and not beside.select("details table tbody tr"):
            yield f"{name}: no numbers as a table"
        if not all(svg.get("role") == "img" and svg.get("aria-label") for svg in figure.select("svg")):
            yield f"{name}: a drawing without a name"


def dead_links(path):
    """Links within the site that lead to no page or no anchor."""
    for link in soup(path).select("a[href]"):
        if urlsplit(link["href"]).scheme or link["href"] in ("", "#"):
            continue
        target, fragment = urldefrag(unquote(link["href"]))
        there = (path.parent / target.partition("?")[0]).resolve() if target else path
        if not there.exists():
            yield f"{link['href']}: no such page"
        elif (fragment and there.suffix == ".html" and not soup(there).find(id=fragment)
              and fragment != "__main-content"):
            yield f"{link['href']}: no such anchor"


def loaded_from_elsewhere(page):
    """Addresses of other hosts that a page would load from."""
    loading = [e.get(a) for e in page.find_all(True)
               for a in ("src", "srcset", "poster", "data", "action", "xlink:href") if e.get(a)]
    loading += [e["href"] for e in page.select("link[href], use[href], image[href]")]
    styles = " ".join(e.get_text() for e in page.select("style")) + " ".join(e["style"] for e in page.select("[style]"))
    return [a for a in loading
            if re.match(r"(https?:)?//", a)] + re.findall(r"(?:@import|url\()\s*['\"]?((?:https?:)?//[^'\")]+)", styles)


def changed_files(vendor):
    """Files by others that SHA256SUMS of their folder doesn't list, or that aren't what it lists: they need a look."""
    listed = dict(reversed(line.split("  ")) for line in (vendor / "SHA256SUMS").read_text("utf-8").splitlines())
    files = {str(p.relative_to(vendor)): hashlib.sha256(p.read_bytes()).hexdigest() for p in vendor.rglob("*")
             if p.is_file()}
    files = {name: digest for name, digest in files.items() if name not in ("README.md", "SHA256SUMS")}
    return sorted({name for name, _ in files.items() ^ listed.items()})
