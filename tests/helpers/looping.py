"""Coroutines in tests. Playwright's sync API keeps an event loop running in the thread of the tests, beside which
asyncio starts no other: a coroutine runs in a thread of its own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run_apart(coroutine):
    """What a coroutine returns or raises, run to its end in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
