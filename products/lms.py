"""Packages for a learning system: the students' site as SCORM 1.2 and as a Common Cartridge, items as QTI 2.1 and H5P.

SCORM counts a chapter as done once it was read to its end. A second package also reports one number, the share of
self-checks answered right. Banks are practice: nothing in them asks for a mark.
"""

import json
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from bs4 import BeautifulSoup
from jinja2 import Environment
from markupsafe import Markup

from _ext.archive import pack
from casebook.pieces import learning_map
from casebook.pieces.questions import Item, bank

from . import offline, reading
from .items import BOOK, TERMS, title

HERE = Path(__file__).parent
LAUNCH = "scorm.html"
CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
CC = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
ASI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"


def build(out: Path) -> list[Path]:
    """Write every package into ``lms/`` and the items in ``items/``; returns their paths."""
    for folder in ("lms", "items"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    site = offline.students_files(reading.SITE)
    packages = [pack(out / "lms" / f"scorm-1.2{end}.zip", scorm(site, scores))
             for end, scores in (("", False), ("-with-scores", True))]
    packages.append(pack(out / "lms" / "common-cartridge.imscc", cartridge(site)))
    for chapter, items in bank().items():
        packages.append(pack(out / "items" / f"qti-2.1-chapter-{chapter:02d}.zip", qti21(chapter, items)))
        packages.append(pack(out / "items" / f"h5p-chapter-{chapter:02d}.h5p", h5p(chapter, items)))
    return packages


def scorm(site: dict[str, bytes], scores: bool) -> dict[str, bytes]:
    """The files of a SCORM 1.2 package round the ``site``: its manifest, the page to launch, and its script."""
    chapters = {f"book/{file.stem}.html": number
                for number, file in zip(learning_map.chapters(), learning_map.chapter_files())}
    plan = {"start": "index.html", "chapters": chapters, "scores": scores,
            "right": {item.id: [o.at for o in item.right] for items in bank().values() for item in items
                      if "sorting" not in item.tags}}
    page = (HERE / "scorm" / LAUNCH).read_text("utf-8").replace("PLAN", json.dumps(plan).replace("</", "<\\/"))
    own = {LAUNCH: page.encode(), **{name: (HERE / "scorm" / name).read_bytes() for name in ("scorm.js", "scorm.css")}}
    files = site | own
    listed = "".join(f'<file href="{escape(path)}"/>' for path in sorted(files))
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="one-child-one-table" version="1.0" xmlns="{CP}" xmlns:adlcp="{ADL}">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="book"><organization identifier="book"><title>{BOOK}</title>
<item identifier="read" identifierref="site"><title>{BOOK}</title></item></organization></organizations>
<resources><resource identifier="site" type="webcontent" adlcp:scormtype="sco" href="{LAUNCH}">{listed}</resource>
</resources></manifest>"""
    return {"imsmanifest.xml": manifest.encode(), **files}


def cartridge(site: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a Common Cartridge 1.1: the ``site`` as web content, every item in one bank of questions."""
    listed = "".join(f'<file href="site/{escape(path)}"/>' for path in sorted(site))
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="one-child-one-table" xmlns="{CC}"
 xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion><lom:lom><lom:general>
<lom:title><lom:string language="en">{BOOK}</lom:string></lom:title></lom:general></lom:lom></metadata>
<organizations><organization identifier="book" structure="rooted-hierarchy"><item identifier="root">
<item identifier="read" identifierref="site"><title>{BOOK}</title></item></item></organization></organizations>
<resources><resource identifier="site" type="webcontent" href="site/index.html">{listed}</resource>
<resource identifier="bank" type="imsqti_xmlv1p2/imscc_xmlv1p1/question-bank"><file href="bank/bank.xml"/></resource>
</resources></manifest>"""
    return {"imsmanifest.xml": manifest.encode(), "bank/bank.xml": _asi(bank()),
            **{f"site/{path}": content for path, content in site.items()}}


def _asi(items_by_chapter):
    """Items as QTI 1.2 in the profile of a cartridge's bank."""
    root = ET.Element("questestinterop", xmlns=ASI)
    objects = ET.SubElement(root, "objectbank", ident="one-child-one-table-bank")
    for item in (item for items in items_by_chapter.values() for item in items):
        asked = ET.SubElement(objects, "item", ident=f"item-{_name(item)}", title=item.id)
        fields = ET.SubElement(ET.SubElement(asked, "itemmetadata"), "qtimetadata")
        field = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text = "cc_profile"
        ET.SubElement(field, "fieldentry").text = f"cc.multiple_{'response' if item.several else 'choice'}.v0p1"
        shown = ET.SubElement(asked, "presentation")
        _material(shown, _stem(item))
        choices = ET.SubElement(ET.SubElement(shown, "response_lid", ident="response",
                                              rcardinality="Multiple" if item.several else "Single"), "render_choice")
        for option in item.options:
            _material(ET.SubElement(choices, "response_label", ident=option.letter), option.text)
        marks = ET.SubElement(asked, "resprocessing")
        ET.SubElement(ET.SubElement(marks, "outcomes"), "decvar", varname="SCORE", vartype="Decimal",
                      minvalue="0", maxvalue="100")
        for option in item.options:
            feedback = ET.SubElement(marks, "respcondition", attrib={"continue": "Yes"})
            ET.SubElement(ET.SubElement(feedback, "conditionvar"), "varequal",
                          respident="response").text = option.letter
            ET.SubElement(feedback, "displayfeedback", feedbacktype="Response", linkrefid=f"feedback-{option.letter}")
        right = ET.SubElement(marks, "respcondition", attrib={"continue": "No"})
        wanted = ET.SubElement(right, "conditionvar")
        if item.several:
            wanted = ET.SubElement(wanted, "and")
        for option in item.options:
            if option.correct or item.several:
                within = wanted if option.correct else ET.SubElement(wanted, "not")
                ET.SubElement(within, "varequal", respident="response").text = option.letter
        ET.SubElement(right, "setvar", action="Set", varname="SCORE").text = "100"
        for option in item.options:
            feedback = ET.SubElement(asked, "itemfeedback", ident=f"feedback-{option.letter}")
            _material(ET.SubElement(feedback, "flow_mat"), option.feedback)
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _material(parent, html):
    ET.SubElement(ET.SubElement(parent, "material"), "mattext", texttype="text/html").text = html


def qti21(chapter: int, items: tuple[Item, ...]) -> dict[str, bytes]:
    """A QTI 2.1 package: a file an item, with feedback for each option, and a manifest."""
    part = Environment(autoescape=True).from_string((HERE / "qti21.xml").read_text("utf-8"))
    written = lambda **what: part.render(xhtml=_xhtml, stem=_stem, name=_name, **what).strip().encode()
    return {"imsmanifest.xml": written(chapter=chapter, items=items),
            **{f"{_name(item)}.xml": written(item=item) for item in items}}


def h5p(chapter: int, items: tuple[Item, ...]) -> dict[str, bytes]:
    """An H5P question set of a chapter, practice without a pass mark; the library stands in the learning system."""
    asked = [{"library": "H5P.MultiChoice 1.16", "subContentId": str(uuid5(NAMESPACE_URL, f"{BOOK} {item.id}")),
              "metadata": {"contentType": "Multiple Choice", "license": "CC BY", "licenseVersion": "4.0",
                           "title": item.id},
              "params": {"question": f"<p>{_stem(item)}</p>",
                         "answers": [{"text": f"<div>{o.text}</div>", "correct": o.correct,
                                      "tipsAndFeedback": {"tip": "", "chosenFeedback": f"<div>{o.feedback}</div>",
                                                          "notChosenFeedback": ""}} for o in item.options],
                         "behaviour": {"enableRetry": True, "enableSolutionsButton": True, "enableCheckButton": True,
                                       "type": "auto", "singlePoint": True, "randomAnswers": False,
                                       "showSolutionsRequiresInput": True, "confirmCheckDialog": False,
                                       "confirmRetryDialog": False, "autoCheck": False, "passPercentage": 100,
                                       "showScorePoints": False}}} for item in items]
    content = {"introPage": {"showIntroPage": True, "startButtonText": "Begin", "title": title(chapter),
                             "introduction": f"<p>{TERMS}</p>"},
               "progressType": "textual", "passPercentage": 0, "questions": asked, "randomQuestions": False,
               "override": {"checkButton": True}, "endGame": {"showResultPage": False, "showSolutionButton": True,
                                                              "showRetryButton": True}}
    libraries = [("H5P.QuestionSet", 1, 20), ("H5P.MultiChoice", 1, 16)]
    about = {"title": f"{BOOK}, {title(chapter)}", "language": "en", "mainLibrary": "H5P.QuestionSet",
             "embedTypes": ["iframe"], "license": "CC BY", "licenseVersion": "4.0",
             "preloadedDependencies": [{"machineName": name, "majorVersion": major, "minorVersion": minor}
                                       for name, major, minor in libraries]}
    return {"h5p.json": json.dumps(about).encode(), "content/content.json": json.dumps(content).encode()}


def _stem(item):
    return item.stem + (f"<br/>{item.dagger}" if item.dagger else "")


def _name(item):
    """An item's id as XML allows it: 'q-4-1'."""
    return "q-" + item.id.replace(".", "-").replace(" ", "-")


def _xhtml(html):
    """A short text of the book as XHTML with the few elements that QTI knows."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        element.attrs = {}
    return Markup(soup.decode(formatter="minimal"))
