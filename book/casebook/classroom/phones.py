"""Votes by phone: a page on the local network on which a class taps what it would raise a hand for.

Counts only. A phone gets a random number that says no more than "this phone has voted"; it lives in memory, with the
choices, until the votes are closed or the kernel stops. No name, no file, no other host. Off unless started.
"""

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import segno
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from casebook.classroom.ballots import Ballot

PAGE = Path(__file__).with_name("vote")
MOST_PHONES, SECONDS_BETWEEN, MOST_BYTES = 400, 0.5, 300
"""How many phones one class may have, how often one may vote, how large a vote may be."""


class Phones:
    """The votes of a class by phone. ``asked`` gives the ballot that is open now and its title, or None;
    ``counted`` is told of each change, as (ballot, option, by), by +1 or -1."""

    def __init__(self, asked: Callable[[], tuple[Ballot, str] | None],
                 counted: Callable[[Ballot, int, int], None]) -> None:
        self.asked, self.counted = asked, counted
        self.seen: dict[str, float] = {}                # phone -> when it last voted
        self.choices: dict[Ballot, dict[str, int]] = {}
        self.numbers: dict[Ballot, int] = {}            # by which phones name a ballot
        self.server: HTTPServer | None = None
        self.port = 0

    def start(self, host: str = "0.0.0.0", port: int = 0) -> None:
        """Listen on a port of this machine, in the event loop that runs; 0 takes a free one."""
        routes: list = [(r"/(|vote\.js|vote\.css)", _Page), (r"/state", _State, {"phones": self}),
                  (r"/vote", _Vote, {"phones": self})]
        quiet = Application(routes, log_function=lambda handler: None)                     # a log would name addresses
        self.server = HTTPServer(quiet, max_body_size=MOST_BYTES, no_keep_alive=True)      # closed is closed at once
        sockets = bind_sockets(port, host)
        self.server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close the page and forget every phone and every choice; the counts stay with the ballots."""
        if self.server:
            self.server.stop()
        self.server = None
        self.seen.clear()
        self.choices.clear()

    def addresses(self) -> list[str]:
        """Where phones may find the page: this machine's addresses on its networks, or on itself alone."""
        up = {name for name, state in psutil.net_if_stats().items() if state.isup}
        found = [a.address for name, addresses in psutil.net_if_addrs().items() if name in up
                 for a in addresses if a.family.name == "AF_INET" and not a.address.startswith(("127.", "169.254."))]
        return [f"http://{address}:{self.port}" for address in found or ["127.0.0.1"]]

    def phone(self) -> str:
        """A new phone's number. Raises HTTPError 429 once there are too many."""
        if len(self.seen) >= MOST_PHONES:
            raise HTTPError(429)
        number = secrets.token_urlsafe(12)
        self.seen[number] = 0.0
        return number

    def take(self, phone: str, ballot: int, option: int) -> None:
        """Count a phone's choice, in place of its last one on the same ballot. Raises HTTPError: 403 for a phone that
        is not known, 409 for a ballot that isn't open, 400 for no such option, 429 for one that votes too fast."""
        if phone not in self.seen:
            raise HTTPError(403)
        now = time.monotonic()
        if now - self.seen[phone] < SECONDS_BETWEEN:
            raise HTTPError(429)
        self.seen[phone] = now
        asked = self.asked()
        if not asked or self.numbers.get(asked[0]) != ballot:
            raise HTTPError(409)
        if option not in range(len(asked[0].options)):
            raise HTTPError(400)
        choices = self.choices.setdefault(asked[0], {})
        before = choices.get(phone)
        if before != option:
            if before is not None:
                self.counted(asked[0], before, -1)
            choices[phone] = option
            self.counted(asked[0], option, +1)


def qr(address: str) -> str:
    """An address as a QR code: an SVG in a data address, dark on light in either theme."""
    return segno.make(address, error="m").svg_data_uri(scale=10, border=4, light="#fff", dark="#000")


class _Quiet(RequestHandler):
    def set_default_headers(self):
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def log_exception(self, *args):
        """Nothing of a vote is written to a log."""

    def write_error(self, status_code, **kwargs):
        self.finish(json.dumps({"error": status_code}))


class _Page(_Quiet):
    def get(self, name):
        kind = {"": "text/html", "vote.js": "text/javascript", "vote.css": "text/css"}[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish((PAGE / (name or "vote.html")).read_text("utf-8"))


class _OfPhones(_Quiet):
    def initialize(self, phones):
        self.phones = phones


class _State(_OfPhones):
    def get(self):
        phone = self.get_cookie("phone")
        if phone not in self.phones.seen:
            phone = self.phones.phone()
            self.set_cookie("phone", phone, httponly=True, samesite="Strict")
        asked = self.phones.asked()
        if not asked:
            self.finish({"ballot": None})
            return
        ballot, title = asked
        options = [[letter, option.text] for letter, option in ballot.lettered()]          # never what the book says
        number = self.phones.numbers.setdefault(ballot, len(self.phones.numbers))
        self.finish({"ballot": number, "title": title, "options": options,
                     "mine": self.phones.choices.get(ballot, {}).get(phone)})


class _Vote(_OfPhones):
    def post(self):
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise HTTPError(415)
        try:
            vote = json.loads(self.request.body)
            ballot, option = int(vote["ballot"]), int(vote["option"])
        except (ValueError, KeyError, TypeError):
            raise HTTPError(400) from None
        self.phones.take(self.get_cookie("phone") or "", ballot, option)
        self.finish({"counted": option})
