"""The instructor's edition: plans that fill their time, a complete map, no solution where a student stumbles on it."""

import json
import re
from io import BytesIO

import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup

from casebook import learning_map, session_plans
from casebook.pieces.questions import QUESTIONS, load_questions
from casebook.tables.resources import CaseDataError
from conftest import SITE, TOP
from prose import NUMBER, REASONS, SUPPORT, blocks
from site_checks import soup

BOOK = TOP / "book"
TOC = yaml.safe_load((TOP / "_toc.yml").read_text("utf-8"))
LAST = [chapter["file"] for chapter in TOC["parts"][-1]["chapters"]]
STUDENT = [TOC["root"], *(chapter["file"] for part in TOC["parts"][:-1] for chapter in part["chapters"])]
LIVE = ("projector", "start")
"""Notebooks of a live class, which are no pages of the site."""
GUIDE = sorted(file for file in (BOOK / "instructor").glob("*.md") if file.stem not in LIVE)
BANK = {id: q for file in sorted(QUESTIONS.glob("*.yml")) for id, q in load_questions(file).items()}
ID = re.compile(r"(?<![\d.])((?:[1-9]|1[0-3])\.[1-9])(?![\d.]*\d)")


def raw(name):
    """A plan as its YAML stands, without casebook."""
    return yaml.safe_load((BOOK / "instructor" / "plans" / f"{name}.yml").read_text("utf-8"))


def page(source):
    return soup(SITE / f"{source}.html")


@pytest.mark.parametrize("name, minutes", [("one-hour", [60]), ("two-sessions", [90, 90]), ("flipped", [65])])
def test_the_steps_of_a_plan_add_up_to_its_sessions(name, minutes):
    assert [sum(step["minutes"][1] - step["minutes"][0] for step in session["steps"])
            for session in raw(name)["sessions"]] == minutes
    for step in (step for session in raw(name)["sessions"] for step in session["steps"]):
        assert step.get("say") and step.get("if_short") and step.get("watch"), step["id"]


@pytest.mark.parametrize("name", session_plans.ORDER)
def test_the_minutes_hold_the_slides_read_aloud_the_votes_by_hand_and_the_talk(site, name):
    """The book's own counts, added anew from the built slides: 200 words a minute, 40 seconds a vote."""
    deck = BeautifulSoup((site / "slides" / f"{name}.html").read_text("utf-8"), "html.parser")
    for hidden in deck.select(".notes, .clock, svg, .visually-hidden, .stepper"):
        hidden.decompose()
    hours = 0
    for step in (step for session in raw(name)["sessions"] for step in session["steps"]):
        slides = deck.select(f'[data-plan-step="{step["id"]}"]')
        core = [slide for slide in slides if slide.get("data-core") != "no"]
        for shown, talk, minutes in ((slides, step["talk"], step["minutes"][1] - step["minutes"][0]),
                                     (core, *reversed(step.get("core", [0, 0])))):
            if not minutes:
                continue
            words = sum(len(slide.get_text(" ").split()) for slide in shown)
            votes = sum(len(slide.select(".stem")) for slide in shown)
            needed = words / 200 + votes * 40 / 60 + talk
            assert minutes / 2 <= needed <= minutes, f"{step['id']}: {needed:.1f} minutes in {minutes}"
            hours += minutes
    assert hours == {"one-hour": 60 + 45, "two-sessions": 180, "flipped": 65}[name]
    first = raw(name)["sessions"][0]["steps"][0]
    assert "care note" in f"{first['do']} {first['say']}".lower(), "the care note has its minute"


def test_a_run_sheet_a_session_on_one_printed_page_with_the_time_of_day(open_page, server):
    page = open_page(f"{server}/book/instructor/run-sheets.html")
    page.get_by_label("Class starts at").fill("10:45")
    hour = page.locator("#run-one-hour-1 tbody tr")
    begins = lambda row: [cell.inner_text() for cell in row.locator("[data-from]").all()]
    assert begins(hour.first) == ["10:45", "10:45"] and begins(hour.last) == ["11:45", "11:30"]
    sheets = page.locator(".sheet").count()
    assert sheets == 4
    printed = pypdf.PdfReader(BytesIO(page.pdf(format="A4"))).pages
    on = [n for n, leaf in enumerate(printed) if "If short" in " ".join(leaf.extract_text().split())]
    assert len(set(on)) == sheets == len(printed), "a run sheet needs more than a page"


@pytest.mark.parametrize("name", session_plans.ORDER)
def test_every_session_ends_with_both_exits_and_plan_a_keeps_its_counterweight(name):
    for session in raw(name)["sessions"]:
        last = " ".join(session["steps"][-1][key] for key in ("do", "say")).lower().replace("*", "")
        assert "not shown to work here" in last and "not shown not to work here" in last, session["name"]
    if name == "one-hour":
        first, last = next(step["minutes"] for step in raw(name)["sessions"][0]["steps"]
                           if step["id"] == "counterweight")
        assert last - first >= 5, "the convincing single case needs its time"


@pytest.mark.parametrize("change, names", [
    (lambda steps: steps[2].update(minutes=[8, 15]), "step column-1"),
    (lambda steps: steps[2].update(minutes=[6, 15]), "step column-1"),
    (lambda steps: steps[3].update(pages=["14-no-such-page"]), "step columns-2-and-3a"),
    (lambda steps: steps[3].update(pages=["09-falling-curves#no-such-heading"]), "step columns-2-and-3a"),
    (lambda steps: steps[4].update(id="claim"), "step claim"),
    (lambda steps: steps.pop(), "The session"),
    (lambda steps: steps[5].pop("do"), "session 1, step column-4'"),
    (lambda steps: steps[3].update(core=[6, 2]), "a core of 46 minutes"),
], ids=["gap", "overlap", "dead page", "dead heading", "id twice", "not filled", "nothing to do", "core not filled"])
def test_a_broken_plan_stops_with_file_and_step(tmp_path, change, names):
    broken = raw("one-hour")
    change(broken["sessions"][0]["steps"])
    file = tmp_path / "one-hour.yml"
    file.write_text(yaml.safe_dump(broken), "utf-8")
    with pytest.raises(CaseDataError) as error:
        session_plans.load_plan(file)
    assert str(file) in str(error.value) and names in str(error.value)


def test_every_self_check_that_the_guide_names_exists():
    texts = {file.name: re.sub(r"^% .*|\d\.\d+ to \d\.\d+|CI \d.*?\)", "", file.read_text("utf-8"), flags=re.M)
             for file in GUIDE}
    for name in session_plans.ORDER:
        steps = [step for session in raw(name)["sessions"] for step in session["steps"]]
        texts[name] = " ".join(step[key] for step in steps for key in ("do", "watch", "if_short"))
    named = {name: set(ID.findall(text)) for name, text in texts.items()}
    assert len(set().union(*named.values())) > 25, "the guide names self-checks"
    unknown = {name: ids - set(BANK) for name, ids in named.items() if ids - set(BANK)}
    assert not unknown


@pytest.mark.parametrize("change, names", [
    (lambda m: m["4"]["objectives"].pop(), "chapter 4, objectives"),
    (lambda m: m.pop("9"), "chapters"),
    (lambda m: m["4"]["misconceptions"][0]["shows"].append("4.3 B"), "4.3 B, a correct option"),
    (lambda m: m["2"]["misconceptions"][0]["shows"].append("2.1 F"), "no option F"),
    (lambda m: m["2"]["objectives"][0]["checks"].append("2.9"), "no question 2.9"),
    (lambda m: m["5"]["misconceptions"][0].pop("ask"), "chapter 5, misconception 1'"),
], ids=["objective", "chapter", "correct option", "no option", "no question", "no question to ask"])
def test_a_broken_learning_map_stops_by_name(tmp_path, change, names):
    content = {str(k): v for k, v in yaml.safe_load(learning_map.LEARNING_MAP.read_text("utf-8")).items()}
    change(content)
    file = tmp_path / "learning-map.yml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(CaseDataError, match=re.escape(names)):
        learning_map.learning_map(file)


def test_the_map_holds_every_chapter_every_objective_and_every_self_check(site):
    shown = page("book/instructor/learning-map")
    tables = shown.select("[data-map]")
    chapters = sorted(BOOK.glob("[0-9][0-9]-*.md"))
    assert [table["data-map"] for table in tables] == [str(int(file.name[:2])) for file in chapters]
    for table, file in zip(tables, chapters):
        head = file.read_text("utf-8").partition("After this chapter you can")[2].partition("**You need")[0]
        objectives = [re.sub(r"[^\w ]", "", line[2:]) for line in head.splitlines() if line.startswith("- ")]
        rows = [re.sub(r"[^\w ]", "", cell.get_text()) for cell in table.select("tbody th")]
        assert objectives and rows == objectives, file.name
        assert all(cell.get_text(strip=True) for cell in table.select("tbody td")), \
            f"{file.name}: an objective that nothing checks"
    linked = {a.get_text() for a in shown.select(".map-objectives a") if re.fullmatch(r"\d+\.\d+", a.get_text())}
    assert linked == set(BANK), "a self-check belongs to no objective"


def test_every_wrong_option_stands_for_a_misconception_and_no_right_one_does(site):
    options = {f"{id} {option.letter}": option.correct for id, item in BANK.items() for option in item.options}
    shown = {a.get_text().replace("\N{NO-BREAK SPACE}", " ")
             for a in page("book/instructor/learning-map").select(".map-option a")}
    assert shown == {name for name, correct in options.items() if not correct}


@pytest.mark.parametrize("name", session_plans.ORDER)
def test_the_plan_page_shows_each_step(site, name):
    steps = [step for session in raw(name)["sessions"] for step in session["steps"]]
    rows = page(f"book/instructor/plan-{name}").select("[data-plan] tbody tr")
    assert [row["data-step"] for row in rows] == [step["id"] for step in steps]
    for row, step in zip(rows, steps):
        assert row.th.get_text() == "–".join(map(str, step["minutes"]))
        assert [a["href"] for a in row.select("td:last-child a")] == [
            f"../{target.partition('#')[0]}.html" + ("#" + target.partition("#")[2] if "#" in target else "")
            for target in step["pages"]]


def test_the_rubric_is_the_one_that_students_see(site):
    def tables(source):
        return [t.get_text() for t in page(source).select("table.levels tbody")]
    assert len(tables("book/13-capstone")) == 1 and tables("book/instructor/assessment") == tables("book/13-capstone")


def test_every_instructor_page_stands_in_the_last_part_says_so_and_is_not_searched(site):
    assert sorted(LAST) == [f"book/instructor/{file.stem}" for file in GUIDE]
    assert "solutions" in TOC["parts"][-1]["caption"]
    for source in LAST:
        assert re.match(r"---\n(?:.*\n)*?nosearch: true\n(?:.*\n)*?---\n", (TOP / f"{source}.md").read_text("utf-8")), \
            source
        notice = page(source).select("main p.for-instructors")
        says = "It holds no solution" if source.endswith("/worksheets") else "contains solutions."
        assert len(notice) == 1 and says in notice[0].get_text(), source
    index = json.loads(re.search(r"setIndex\((.*)\)\s*;?\s*$", (SITE / "searchindex.js").read_text("utf-8"), re.S)[1])
    names = index["docnames"]

    def found(entries):
        return {names[n] for where in entries.values() for n in (where if isinstance(where, list) else [where])}
    words = found(index["terms"]) | found(index["titleterms"])
    titles = {names[entry[0]] for entries in index["alltitles"].values() for entry in entries}
    assert "book/04-day-by-day" in words and "book/04-day-by-day" in titles
    assert not [name for name in words | titles if name.startswith("book/instructor/")]


@pytest.mark.parametrize("source", STUDENT)
def test_student_pages_lead_into_the_edition_only_by_the_door(site, source):
    assert not page(source).select("p.for-instructors")
    links = [a["href"] for a in page(source).select("main article a[href], main .bd-article a[href]")
             if "instructor/" in a["href"]]
    assert set(links) <= ({"instructor/index.html"} if source == TOC["root"] else set())


@pytest.mark.parametrize("file", GUIDE, ids=lambda p: p.name)
def test_every_clinical_number_of_the_guide_is_computed_or_cited(file):
    bare = []
    for line, remark, block in blocks(file.read_text("utf-8")):
        number = NUMBER.search(re.sub(r"\d+ px|\d+ %(?= or more)", "", block))
        if number and not SUPPORT.search(block) and remark not in REASONS:
            bare.append(f"about line {line}: “{number[0]}” in “{' '.join(block.split())[:90]}”")
    assert not bare, "\n".join(bare)
