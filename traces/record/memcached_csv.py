#!/usr/bin/env python3
"""What a running memcached is asked, as csv for evictlab: time (s), key, size (bytes of the value), op (get or set).

    memcached_csv.py HOST:PORT SECONDS > accesses.csv

It watches the fetches and mutations that memcached (seen with 1.6.18) reports of itself. A store is reported as a fetch and a
mutation, of which the fetch is dropped. What memcached does not have is written with the size seen last, at first 0. A touch,
an increment and a delete are reported as fetches, so they are gets here. Keys are as memcached writes them, URI-encoded.
"""

import collections
import heapq
import re
import socket
import sys
import time

EVENT = re.compile(rb"ts=([\d.]+) gid=(\d+) type=item_(get|store) key=(\S+) status=(\S+) .*cfd=(\d+) size=(\d+)")
# Events come slightly out of order, and only the next one of a connection tells what a fetch was for: so many are held back.
HELD = 10_000


def connect(address):
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)))


def lost(address):
    """The events that memcached has dropped because the watcher or its own buffers were too slow."""
    with connect(address) as link, link.makefile("rwb") as stream:
        stream.write(b"stats\r\n")
        stream.flush()
        stats = dict(line.split()[1:3] for line in iter(stream.readline, b"END\r\n"))
        return int(stats[b"log_worker_dropped"]) + int(stats[b"log_watcher_skipped"])


def events(address, seconds):
    """Yields (time, kind, key, status, connection, size) in memcached's order."""
    held, end = [], time.monotonic() + seconds
    with connect(address) as link:
        link.sendall(b"watch fetchers mutations\r\n")
        link.settimeout(0.2)
        rest = b""
        try:
            while time.monotonic() < end:
                try:
                    block = link.recv(1 << 20)
                except TimeoutError:
                    continue
                if not block:
                    break
                *lines, rest = (rest + block).split(b"\n")
                for event in filter(None, map(EVENT.match, lines)):
                    at, order, *what = event.groups()
                    heapq.heappush(held, (int(order), at, *what))
                    if len(held) > HELD:
                        yield heapq.heappop(held)[1:]
        except KeyboardInterrupt:
            pass
    while held:
        yield heapq.heappop(held)[1:]


def rows(address, seconds):
    """Yields [time, key, size, op], without the fetches that stores make."""
    held, sizes, last = collections.deque(), {}, {}
    for at, kind, key, status, connection, size in events(address, seconds):
        fetch = last.pop(connection, None)
        if kind == b"store" and fetch and fetch[1] == key:
            fetch[3] = None
        if status in (b"found", b"stored"):
            sizes[key] = int(size)
        row = [at, key, sizes.get(key, 0), "get" if kind == b"get" else "set"]
        if kind == b"get":
            last[connection] = row
        held.append(row)
        if len(held) > HELD:
            yield held.popleft()
    yield from held


def main():
    address, seconds = sys.argv[1], float(sys.argv[2])
    before = lost(address)
    print("time,key,size,op")
    for at, key, size, op in rows(address, seconds):
        if op:
            print(f"{at.decode()},{key.decode()},{size},{op}")
    if dropped := lost(address) - before:
        print(f"memcached dropped {dropped} events, so the trace has holes", file=sys.stderr)


if __name__ == "__main__":
    main()
