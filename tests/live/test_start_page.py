"""The start page that `make live` opens."""

import re

from casebook import session_plans, start_page
from conftest import TOP

BOOK = TOP / "book"


def test_the_start_page_lists_every_plan_step_and_chapter_with_links_that_lead_somewhere():
    page = start_page.start_page()
    for name in session_plans.ORDER:
        plan = session_plans.plan(name)
        assert f"## {plan['title']}" in page
        for session in plan["sessions"]:
            for step in session["steps"]:
                assert f"| {step['minutes'][0]}–{step['minutes'][1]} | **{step['title']}**" in page
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert "projector.md" in links
    for link in links:
        assert link == "projector.md" or (BOOK / "instructor" / link).exists(), link
    assert {f"../{p.name}" for p in BOOK.glob("[0-9][0-9]-*.md")} <= set(links)


def test_a_built_teachers_notebook_is_linked_and_a_missing_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(start_page, "TEACHER", tmp_path)
    assert "ipynb" not in start_page.start_page()
    (tmp_path / "04-day-by-day.ipynb").touch()
    assert re.findall(r"[\w-]+\.ipynb", start_page.start_page()) == ["04-day-by-day.ipynb"]
