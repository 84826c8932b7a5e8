"""The item bank: what the exports and the answer key hold, read back by other programs and held against the YAML
itself."""

import re
import shutil
import xml.etree.ElementTree as ET
import zipfile

import moodle_xml_parser.parser as moodle_reader
import pytest
import yaml
from bs4 import BeautifulSoup

from casebook.display.text import render
from casebook.pieces.questions import Item, Option, bank
from casebook.tables.resources import CaseDataError
from conftest import SITE, TOP
from products import items as exports

FILES = sorted((TOP / "book" / "questions").glob("*.yml"))
IMSCP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
NOTE = "† The column of this value is reconstructed for teaching."


def plain(html):
    """The words of a piece of HTML on one line, without daggers and what they mean."""
    text = BeautifulSoup(html.replace("</p>", " </p>"), "html.parser").get_text()
    return " ".join(text.replace(NOTE, "").replace("†", "").split())


def written(source):
    """The words of a text of the YAML, as a page shows them."""
    return plain(render(source.strip(), inline=True))


def expected(file):
    """[(id, stem, [(option, correct, feedback)])] of a file, straight from the YAML."""
    content = yaml.safe_load(file.read_text("utf-8"))
    found = [(q["id"], written(q["stem"]),
              [(written(o["text"]), o["correct"], written(o["feedback"])) for o in q["options"]])
             for q in content["questions"]]
    sorting = content.get("sorting", {"sentences": []})
    for n, s in enumerate(sorting["sentences"], 1):
        options = [(written(f"{g['name']}: {g['means']}"), key == s["is"], written(s["feedback"][key]))
                   for key, g in sorting["into"].items()]
        found.append((f"{content['chapter']} sentence {n}", written(s["text"]), options))
    return found


EXPECTED = {int(file.stem): expected(file) for file in FILES}


def same(found, wanted):
    """Compare items read back with those expected; of a sentence to sort the stem ends with the sentence."""
    assert [f[0] for f in found] == [w[0] for w in wanted]
    for (id, stem, options), (_, asked, right) in zip(found, wanted):
        assert stem.endswith(asked) if "sentence" in id else stem == asked, id
        assert options == right, id


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    files = exports.build(out)
    assert sorted(files) == sorted((out / "items").iterdir()) and len(files) == 1 + len(FILES)
    return out / "items"


def test_the_bank_holds_all_self_checks_and_sentences():
    counted = sum(len(re.findall(r"^  - id:|^      is:", file.read_text("utf-8"), re.MULTILINE)) for file in FILES)
    assert sum(len(items) for items in EXPECTED.values()) == counted > 70
    assert {c: [i.id for i in items] for c, items in bank().items()} \
        == {c: [i[0] for i in items] for c, items in EXPECTED.items()}


def test_moodle_xml_as_another_parser_reads_it(folder):
    found = moodle_reader.parse_file(folder / "moodle.xml")["multichoice"]
    assert all(q.single and q.default_grade == 1 for q in found)
    read = [(q.name, plain(q.text_pre_parse),
             [(plain(o.answer), o.score_fraction == 100, plain(o.feedback)) for o in q.options])
            for q in found]
    same(read, [item for items in EXPECTED.values() for item in items])


def test_moodle_xml_has_a_category_a_chapter_and_the_tags(folder):
    chapter, seen = None, {}
    for question in ET.parse(folder / "moodle.xml").getroot():
        if question.get("type") == "category":
            chapter = int(re.search(r"top/One Child, One Table/Chapter (\d\d): .",
                                    question.findtext("category/text"))[1])
        else:
            seen.setdefault(chapter, []).append([t.text for t in question.iterfind("tags/tag/text")])
    assert {c: len(tags) for c, tags in seen.items()} == {c: len(items) for c, items in EXPECTED.items()}
    assert seen[4][:5] == [q["tags"] for q in yaml.safe_load(FILES[3].read_text("utf-8"))["questions"]]
    ids = [e.text for e in ET.parse(folder / "moodle.xml").iter("idnumber")]
    assert len(ids) == len(set(ids))


def read_qti(path):
    """Items of a QTI package, as its manifest leads to them; every file and every feedback it names must be there."""
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        resources = ET.fromstring(package.read("imsmanifest.xml")).find(f"{IMSCP}resources")
        assert {f.get("href") for f in resources.iter(f"{IMSCP}file")} <= names
        assert {d.get("identifierref") for d in resources.iter(f"{IMSCP}dependency")} \
            <= {r.get("identifier") for r in resources}
        (assessment,) = [r.find(f"{IMSCP}file").get("href") for r in resources if r.get("type") == "imsqti_xmlv1p2"]
        root = ET.fromstring(package.read(assessment))
    for item in root.iter(f"{QTI}item"):
        said = {f.get("ident"): plain(f.find(f".//{QTI}mattext").text) for f in item.iter(f"{QTI}itemfeedback")}
        links, right = {}, None
        for condition in item.iter(f"{QTI}respcondition"):
            shown = condition.find(f"{QTI}displayfeedback")
            if shown is not None:
                links[condition.find(f".//{QTI}varequal").text] = said.pop(shown.get("linkrefid"))
            if condition.find(f"{QTI}setvar") is not None:
                assert right is None and condition.findtext(f"{QTI}setvar") == "100"
                wrong = {v.text for n in condition.iter(f"{QTI}not") for v in n}
                right = {v.text for v in condition.iter(f"{QTI}varequal")} - wrong
        assert not said, "feedback that nothing leads to"
        labels = {label.get("ident"): plain(label.find(f".//{QTI}mattext").text)
                  for label in item.iter(f"{QTI}response_label")}
        several = item.find(f".//{QTI}response_lid").get("rcardinality")
        stem = plain(item.find(f"{QTI}presentation/{QTI}material/{QTI}mattext").text)
        yield item.get("title"), stem, [(text, ident in right, links[ident]) for ident, text in labels.items()], several


@pytest.mark.parametrize("chapter", EXPECTED)
def test_qti_packages_as_the_standard_library_reads_them(folder, chapter):
    found = list(read_qti(folder / f"qti-chapter-{chapter:02d}.zip"))
    same([f[:3] for f in found], EXPECTED[chapter])
    assert {f[3] for f in found} == {"Single"}
    with zipfile.ZipFile(folder / f"qti-chapter-{chapter:02d}.zip") as package:
        manifest = package.read("imsmanifest.xml").decode()
    assert "CC BY 4.0" in manifest and "Copyrighted)" not in manifest


def test_items_with_several_right_options_and_signs_of_markdown(tmp_path):
    texts = [r"costs $5 or $6, \num{3}", "1. <em>one</em> *not two* `three` &lt; 4", "- a_b_c [x](y) {.z}"]
    item = Item("9.9", 9, "# Which of <code>a * b</code>?",
                tuple(Option(n, t, n != 1, f"... {t}") for n, t in enumerate(texts)), ("a & b",))
    exports.qti(9, [item]).save(tmp_path / "q.zip")
    wanted = [(plain(t), n != 1, plain(f"... {t}")) for n, t in enumerate(texts)]
    assert list(read_qti(tmp_path / "q.zip")) == [("9.9", plain(item.stem), wanted, "Multiple")]
    (found,) = moodle_reader.parse_bytes(ET.tostring(exports.moodle({9: [item]})))["multichoice"]
    assert not found.single and [o.score_fraction for o in found.options] == [50, -100, 50]
    assert [plain(o.answer) for o in found.options] == [w[0] for w in wanted]


def test_exported_items_lead_nowhere_and_name_reconstructed_values(folder):
    marked = 0
    for question in ET.parse(folder / "moodle.xml").iter("question"):
        texts = [e.text or "" for e in question.iter("text")]
        assert not [t for t in texts if re.search(r"<a\b|href|https?:|data-|\{\{|\[@|<span", t)]
        assert any(NOTE in t for t in texts) == any("†" in t.replace(NOTE, "") for t in texts)
        marked += sum(t.replace(NOTE, "").count("†") for t in texts)
    source = " ".join(render(t) for f in FILES for t in _texts(yaml.safe_load(f.read_text("utf-8"))))
    assert marked == source.count('data-placement="reconstructed"') > 10


def _texts(value):
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


@pytest.mark.parametrize("old, new, where", [
    ("feedback: |\n          Both rows", "why: |\n          Both rows", "question 4.1, option 1"),
    ("text: ProBNP and troponin", "text: ProBNP and {{ nothing }}", "question 4.1, option 1"),
    ("Both rows have a value", "Both rows have a value [@nobody2020]", "question 4.1, option 1, feedback"),
    ("EF was {{", "EF was {{ {{", "question 4.2, stem"),
    ("correct: true\n        feedback: |\n          Both",
     "correct: false\n        feedback: |\n          Both", "4.1")])
def test_a_damaged_file_stops_with_its_name_and_the_question(tmp_path, old, new, where):
    text = FILES[3].read_text("utf-8")
    assert text.count(old) == 1, "the fault can't be planted"
    shutil.copy(FILES[2], tmp_path)
    (tmp_path / "04.yml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CaseDataError) as caught:
        bank(tmp_path)
    assert "04.yml" in str(caught.value) and where in str(caught.value)


def test_the_answer_key_lists_every_item_and_marks_exactly_the_right_options(site):
    page = BeautifulSoup((SITE / "book" / "instructor" / "answer-key.html").read_text("utf-8"), "html.parser")
    found = []
    for block in page.select(".key-item"):
        options = []
        for li in block.select(".key-options > li"):
            right = "right" in li.get("class", ())
            assert ("✓ Right." in li.get_text()) == right, "marked in words and by a sign"
            options.append((plain(str(li.select_one(".key-option"))), right, plain(str(li.select_one(".key-why")))))
        found.append((block["data-item"], plain(str(block.select_one(".key-stem"))), options))
    same(found, [item for items in EXPECTED.values() for item in items])
    assert "contains solutions" in page.get_text()
