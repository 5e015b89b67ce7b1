#!/usr/bin/env python3
"""functools.lru_cache that also writes its calls as csv for evictlab: time (s), id (the arguments), size (bytes).

    from lru_cache_csv import lru_cache_csv

    @lru_cache_csv("accesses.csv", maxsize=1024)
    def load(user, page=1): ...

The file is complete when the program ends, or after load.cache_log.flush(). Sizes are those of the results: what `size`
says, by default len() of text and bytes and sys.getsizeof() of the rest, which leaves out what a list or dict refers to.
"""

import csv
import functools
import sys
import threading
import time


def length(result):
    return len(result) if isinstance(result, (bytes, bytearray, str)) else sys.getsizeof(result)


def lru_cache_csv(path, maxsize=128, size=length):
    log = open(path, "w", encoding="utf-8", newline="")
    writer, lock = csv.writer(log, lineterminator="\n"), threading.Lock()
    writer.writerow(["time", "id", "size"])

    def decorate(function):
        cached = functools.lru_cache(maxsize)(function)

        @functools.wraps(function)
        def call(*args, **kwargs):
            result = cached(*args, **kwargs)
            # Like lru_cache, which takes f(1, 2) and f(1, b=2) for two calls.
            key = " ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
            with lock:
                writer.writerow([f"{time.time():.6f}", key, size(result)])
            return result

        call.cache_info, call.cache_clear, call.cache_log = cached.cache_info, cached.cache_clear, log
        return call

    return decorate


if __name__ == "__main__":
    import random

    @lru_cache_csv("accesses.csv", maxsize=100)
    def page(number, *, language="en"):
        return f"page {number} in {language} " * number

    for _ in range(10_000):
        page(int(1000 ** random.random()), language=random.choice(["en", "de"]))
    print(page.cache_info())
