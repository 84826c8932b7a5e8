"""The theme's style sheets keep every rule that could touch an element, and no others."""

import re

from _ext.slim_styles import MARK, SHEETS, slim, words


def test_a_rule_stays_only_with_a_selector_whose_classes_are_all_used():
    used = {"a", "b"}
    assert slim(".a.b > p { top: 0 }", used) == ".a.b > p{ top: 0 }"
    assert slim(".a .gone { top: 0 }", used) == ""
    assert slim(".gone, .a, :is(.gone, h1) em { top: 0 }", used) == ".a,:is(.gone, h1) em{ top: 0 }"
    assert slim("p:not(.gone) { top: 0 }", used) == "p:not(.gone){ top: 0 }", "it touches every paragraph"
    assert slim("@media print { .gone { top: 0 } } @media screen { .a { top: 0 } }",
                used).split() == "@media screen {.a{ top: 0 }}".split()
    for whole in ("@font-face { font-family: x; src: url(x.woff2) }", "@keyframes turn { from { top: 0 } }",
                  '#gone[data-x=".y"] { top: 0 }'):
        assert slim(whole, used).replace(" ", "") == whole.replace(" ", "")


def test_the_site_s_sheets_are_slim_and_know_what_scripts_set(site):
    sheets = [sheet for name in SHEETS for sheet in (site / "_static").glob(name)]
    assert len(sheets) == len(SHEETS) and all(sheet.read_text("utf-8").startswith(MARK) for sheet in sheets)
    theme = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    for set_by_script in (".d-none", ".pst-squeeze", ".bd-sidebar-primary"):
        assert set_by_script in theme, set_by_script
    assert ".table-bordered" not in theme and len(theme) < 150_000
    assert set(re.findall(r"\.(fa-[\w-]+)", theme)) <= words(site), "icons that nothing shows"
