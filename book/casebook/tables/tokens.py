"""What a printed token says: the vocabulary of tables in the literature, as tables of rules that a case may extend.

A token keeps its print; a rule gives it a qualifier and, where it is one number, a value. What no rule can know, such
as whether ‘-’ is a negative finding or a blank, a case says once, under ``tokens`` in its descriptor.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casebook.tables.spelling import LOWERED, ucum

_GROUPED = r"\d{1,3}(?:[,.'’ ]\d{3})+(?:[.,·]\d+)?"
_PLAIN = r"\d+(?:[.,·] ?\d+)?|[.,·]\d+"
_POWER = r"(?:[eE][-+]?\d{1,2}| ?[×x] ?10 ?\^? ?[-−–]?\d{1,2}(?![\d/]))"
NUMBER = rf"[-−–+]?(?:(?:{_GROUPED}|{_PLAIN}){_POWER}?|10\^[-−–]?\d{{1,2}})"
"""A number as it is printed: with groups of thousands, a decimal comma, a power of ten, a sign."""
_UNIT = r"(?: ?%| ?[°×]| (?=[A-Za-zµμ])(?![a-f]$))[^()]*"
_SIGNS = {"<": "<", ">": ">", "≤": "<=", "≦": "<=", "<=": "<=", "≥": ">=", "≧": ">=", ">=": ">=", "~": "~", "≈": "~",
          "∼": "~",
          "≪": "<", "<<": "<", "≫": ">", ">>": ">", "⩽": "<=", "⩾": ">=", "ca.": "~", "c.": "~", "about ": "~"}
_SIGN = "|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))
RULES = (
    ("range", rf"(?P<low>{NUMBER}) ?(?:[-–—−]|to) ?(?P<high>{NUMBER})(?P<unit>{_UNIT})?"),
    ("mean", rf"(?P<value>{NUMBER}) ?(?:±|\+/-) ?{NUMBER}(?P<unit>{_UNIT})?"),
    ("change", rf"{NUMBER} ?(?:→|➔|⟶|->) ?{NUMBER}(?P<unit>{_UNIT})?"),
    ("pair", rf"{NUMBER} ?/ ?{NUMBER}(?P<unit>{_UNIT})?"),
    ("titre", rf"(?:{_SIGN})? ?1 ?: ?\d+(?: [^\d\W][^\d]*)?"),
    ("=", rf"(?P<sign>{_SIGN})? ?(?P<value>{NUMBER})(?P<unit>{_UNIT})?"),
    ("grade", r"[1-9]\+|\+{2,5}|\(\+\)|±|\+/-"),
    ("grade", r"(?i:grade|stage|class)\s?(?:\d|[IV]+)[a-d]?"),
    ("word", r"[↑↓⇧⇩⬆⬇▲▼]+|[^\W\d_]{2,}[ ,;:(].*"),
)
"""Qualifier of a token that one of these fits whole, first come; a sign gives its own. ``value`` is the number it
stands for."""
MEANS = {
    "stop": ("stop", "stopped", "off", "discontinued", "ceased"),
    "present": ("+", "present", "positive", "pos", "detected", "yes", "✓", "✔", "√", "given", "started",
                "continued", "ongoing"),
    "absent": ("absent", "negative", "neg", "not detected", "none", "no"),
    "not_done": ("na", "n/a", "not done", "not measured", "not tested", "not available", "not applicable", "missing"),
    "mild": ("mild",), "moderate": ("moderate",), "severe": ("severe",), "grade": ("trace",)}
"""Words of one meaning, in small letters."""
DOUBTFUL = ("-", "–", "—", "−", "--", "---", "nd", "n.d.", "n.d", "n/d", "nil", "x", "×", "✗", "✘", "ø", "●", "•", "○",
            "?", "…", "...", "/", "//", "*")
"""Marks that one table prints for a negative finding and another for none: its case says which."""
SAID_BESIDE = ("mark", "decimal")
"""What a case says of its tokens beside what they mean: which letters behind a number are footnotes, what a comma
parts."""
QUALIFIERS = ("=", "<", ">", "<=", ">=", "~", *(name for name, _ in RULES if name != "="), *dict.fromkeys(MEANS),
              "word")
LONGEST = 200
"""Letters of a token, at most: a table's cell holds no more, and a rule needs time that grows with their square."""
BELOW, ABOVE = ("<", "<="), (">", ">=")
DRAWN = ("=", "~", "mean", *BELOW, *ABOVE)
"""Qualifiers of tokens that a chart can draw."""
_MARK = (r"(?:[↑↓⇧⇩⬆⬇▲▼*†‡§¶‖!#?ᵃ-ᵛ]|\((?:H{1,2}|L{1,2})\)|(?<=\d) ?H{1,2}(?![\w/])|(?<=\d) L{1,2}(?![\w/])"
         r"|(?<=\d)[⁰¹²³⁴-⁹]+)")

_POWERS = re.compile(r"(?<![\d.,])10([⁻⁰¹²³⁴-⁹]+)")


@dataclass(frozen=True)
class Token:
    """What a printed token says: ``value`` in ``unit``, or in that of its row, None where it is not one number;
    ``marks`` are its arrows, footnote marks and remarks."""

    value: float | None
    qualifier: str
    marks: str = ""
    unit: str = ""


class Unread(ValueError):
    """A token that no rule reads; ``doubtful`` if it is one of two things that its case must say."""

    def __init__(self, printed: str, doubtful: bool) -> None:
        super().__init__(f"unknown token {printed!r}")
        self.doubtful = doubtful


def read(printed: str, own: Mapping | None = None) -> Token:
    """What a token says; ``own`` is what its case says of tokens: {qualifier: [tokens as printed], 'mark': [footnote
    letters], 'decimal': ','}.

    ``<70`` gives (70, '<'): a limit, not a measurement. ``4. 3`` gives 4.3: the blank inside is an artefact of
    extraction. Raises Unread.
    """
    own = own or {}
    text = " ".join(printed.split())
    if not text or printed != printed.strip() or len(text) > LONGEST:
        raise Unread(printed, False)
    for qualifier, tokens in own.items():
        if qualifier not in SAID_BESIDE and text in map(str, tokens):
            return Token(None, qualifier)
    if text.casefold() in DOUBTFUL:
        raise Unread(printed, True)
    bare, marks = _without_marks(_POWERS.sub(_raised, text))
    if letter := re.fullmatch(rf"(.*\d) ?({'|'.join(map(re.escape, own.get('mark', ['$.'])))})", bare):
        bare, marks = letter[1], f"{marks} {letter[2]}".strip()
    for qualifier, words in MEANS.items():
        if bare.casefold() in words:
            return Token(None, qualifier, marks)
    remark = ""
    if re.search(r"\d", bare):
        bare, remark = re.fullmatch(r"(.*?\d.*?)((?: ?(?:\([^()]*\)|\[[^][]*\]))?)", bare).groups()
    for qualifier, rule in RULES:
        if (match := re.fullmatch(rule, bare)) and not (qualifier == "range" and not _rises(match, own)):
            parts = match.groupdict()
            value = number(parts["value"], own.get("decimal", "")) if parts.get("value") else None
            if value is not None and abs(value) > 1e30:
                break
            sign = _SIGNS[parts["sign"]] if parts.get("sign") else qualifier
            return Token(value, sign, " ".join(filter(None, (marks, remark.strip()))), ucum(parts.get("unit") or ""))
    if not re.search(r"\d", bare) and re.search(r"[^\W_]", bare):
        return Token(None, "word", marks)
    raise Unread(printed, False)


def number(printed: str, decimal: str = "") -> float:
    """A printed number: '1,484' gives 1484, '12,5' 12.5, '−5.1' -5.1, '1.5e3' 1500. ``decimal`` ',' or '.' decides
    '1,484'."""
    text = re.sub(r"^([-+]?)10\^", r"\g<1>1e", re.sub("[−–]", "-", printed).replace("·", "."))
    text, *power = re.split(r" ?[×x] ?10 ?\^? ?|[eE]", text)
    text = re.sub(r"(?<=\.) | (?=\d{3})|[ '’]", "", text)
    group, point = (".", ",") if decimal == "," else (",", ".")
    if re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", text):
        text = text.replace(group, "")
    return float(f"{text.replace(',', '.')}e{power[0].replace(' ', '') if power else 0}")


def _raised(power):
    return f"10^{power[1].translate(LOWERED)}"


def unclear_commas(printed: Iterable[str]) -> tuple[str, ...]:
    """Tokens whose comma may part thousands or decimals, if others of the table have a decimal comma; else none."""
    commas = [text for text in printed if re.search(r"\d,\d", text)]
    unclear = [text for text in commas if re.search(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d.,])", text)]
    return tuple(unclear) if len(unclear) < len(commas) else ()


def _without_marks(text):
    """A token without marks before and after it, and the marks."""
    lead, bare, trail = re.fullmatch(rf"((?:{_MARK} ?)*)(.*?)((?: ?{_MARK})*)", text).groups()
    return (bare, " ".join(f"{lead} {trail}".split())) if bare else (text, "")


def _rises(match, own):
    return number(match["low"], own.get("decimal", "")) < number(match["high"], own.get("decimal", ""))
