"""Votes by phone: sixty phones on this machine's own address, each counted once, strangers refused, nothing kept."""

import asyncio
import json
import re
import threading
import time

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from casebook.classroom.projector import Projector
from looping import run_apart

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def projector(stepper, tmp_path):
    shown = Projector(stepper, tmp_path, host="127.0.0.1")
    yield shown
    shown.phones.stop()


class Phone:
    """A phone: its cookie and what it was asked."""

    def __init__(self, address, client):
        self.address, self.client, self.cookie, self.asked = address, client, "", {}

    async def send(self, path, body=None, headers=JSON):
        request = HTTPRequest(f"{self.address}/{path}", "POST" if body else "GET", headers | {"Cookie": self.cookie},
                              body=body)
        answer = await self.client.fetch(request, raise_error=False)
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    async def join(self):
        page, state = await self.send(""), await self.send("state")
        self.asked = json.loads(state.body)
        assert page.code == state.code == 200 and b"default-src 'none'" in page.body
        return self

    async def vote(self, option):
        return (await self.send("vote", json.dumps({"ballot": self.asked["ballot"], "option": option}))).code


async def joined(projector, n):
    client = AsyncHTTPClient(force_instance=True, max_clients=n)
    return await asyncio.gather(*(Phone(f"http://127.0.0.1:{projector.phones.port}", client).join() for _ in range(n)))


def open_at_the_decision(projector):
    assert projector.phones.server is None, "off unless started"
    projector.next.click()
    projector.phoning.click()
    shown = projector.place.children[0].value
    assert f":{projector.phones.port}" in shown and "data:image/svg+xml" in shown
    projector.go(projector.now)


def test_sixty_phones_vote_each_once_and_nothing_is_kept(projector, tmp_path):
    async def lesson():
        open_at_the_decision(projector)
        phones = await joined(projector, 60)
        assert len({phone.cookie for phone in phones}) == 60
        for phone in phones:
            assert [letter for letter, _ in phone.asked["options"]] == list("ABCD")
            assert "Admission" in phone.asked["title"]
            assert not re.search("supported|risky|defensible", json.dumps(phone.asked)), "a grade before the record"
        began = time.perf_counter()
        codes = await asyncio.gather(*(phone.vote(n % 4) for n, phone in enumerate(phones)))
        print(f"60 phones voted within {time.perf_counter() - began:.2f} s")
        assert codes == [200] * 60 and [o.hands for o in projector.ballots[0].options] == [15] * 4
        await asyncio.sleep(0.6)
        assert await phones[0].vote(3) == 200 and [o.hands for o in projector.ballots[0].options] == [14, 15, 15, 16]
    run_apart(lesson())
    projector.phoning.click()
    assert not projector.phones.seen and not projector.phones.choices and not list(tmp_path.iterdir())
    assert [field.value for field in projector.fields[projector.ballots[0]].children[:4]] == [14, 15, 15, 16]


def test_what_is_no_vote_is_refused_counts_nothing_and_is_not_logged(projector, caplog):
    async def lesson():
        open_at_the_decision(projector)
        bad = [("no json", JSON, 400), ('{"ballot": 0}', JSON, 400), ('{"ballot": 0, "option": 9}', JSON, 400),
               ('{"ballot": 0, "option": -1}', JSON, 400), ('{"ballot": 7, "option": 1}', JSON, 409),
               ('{"ballot": 0, "option": 1}', {"Content-Type": "text/plain"}, 415), (" " * 400, JSON, 400)]
        phone, *others = await joined(projector, 1 + len(bad))
        for other, (body, headers, code) in zip(others, bad):
            assert (await other.send("vote", body, headers)).code == code, body[:40]
        assert await phone.vote(1) == 200 and await phone.vote(2) == 429, "too fast"
        phone.cookie = "phone=made-up"
        assert await phone.vote(1) == 403
        projector.go(0)                                              # nothing is asked here
        assert json.loads((await phone.send("state")).body) == {"ballot": None}
        await asyncio.sleep(0.55)
        assert await phone.vote(2) == 409
    run_apart(lesson())
    assert [o.hands for o in projector.ballots[0].options] == [0, 1, 0, 0]
    assert not [record for record in caplog.records if record.name.startswith("tornado")], "a log with addresses"


def test_closed_votes_are_closed_for_a_phone_that_is_still_connected(projector):
    async def lesson():
        open_at_the_decision(projector)
        read, write = await asyncio.open_connection("127.0.0.1", projector.phones.port)
        write.write(b"GET /state HTTP/1.1\r\nHost: phone\r\n\r\n")
        assert b" 200 " in await read.readline()
        projector.phoning.click()
        write.write(b"GET /state HTTP/1.1\r\nHost: phone\r\n\r\n")
        rest = await asyncio.wait_for(read.read(), 10)
        write.close()
        return rest
    assert b"HTTP/1.1" not in run_apart(lesson()) and not projector.phones.seen


def test_a_class_has_a_limit_of_phones(projector, monkeypatch):
    monkeypatch.setattr("casebook.classroom.phones.MOST_PHONES", 2)

    async def lesson():
        open_at_the_decision(projector)
        phones = await joined(projector, 2)
        phones[0].cookie = ""
        return (await phones[0].send("state")).code
    assert run_apart(lesson()) == 429


def test_a_phone_taps_an_option_in_a_browser(projector, open_page):
    """The page itself, in a thread's browser while the kernel's loop serves."""
    ready, done = threading.Event(), threading.Event()

    async def lesson():
        open_at_the_decision(projector)
        ready.set()
        while not done.is_set():
            await asyncio.sleep(0.02)
    loop = threading.Thread(target=lambda: asyncio.run(lesson()))
    loop.start()
    try:
        assert ready.wait(20)
        page = open_page(f"http://127.0.0.1:{projector.phones.port}/", width=375)
        page.get_by_role("button", name="Keep the list long").click()
        page.get_by_text("Counted. You may change it").wait_for()
        assert page.get_by_role("button", name="Keep the list long").get_attribute("aria-pressed") == "true"
    finally:
        done.set()
        loop.join()
    assert [o.text[:18] for o in projector.ballots[0].options if o.hands] == ["Keep the list long"]
