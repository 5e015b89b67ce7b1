#!/usr/bin/env python3
"""The web site and the visitors of nginx.sh.

    nginx.py FOLDER PORT SECONDS  writes the site into FOLDER and visits http://127.0.0.1:PORT/ for so long

Sizes, links and visitors are drawn from seed 42. The visitors speak HTTP/1.1 over connections of their own, read the links
and images of a page from the page itself, and keep what the server lets them keep.
"""

import asyncio
import contextlib
import itertools
import os
import random
import re
import sys
import time

SEED = 42
SECTIONS, PAGES, NEWS, DOWNLOADS, FILMS, SHARED = 8, 3600, 200, 250, 60, 40
PEOPLE, SESSIONS, THINK = 1600, 3300, 1.5
BROWSERS = ["Aster/3.1", "Aster/3.1", "Aster/3.1", "Breeze/12 (phone)", "Breeze/12 (phone)", "Corvid/7"]
STYLE, FONT, SCRIPT, LOGO, ICON = "/css/site.css", "/font/text.woff2", "/js/site.js", "/img/logo.png", "/favicon.ico"
EMBEDDED = ("/css/", "/font/", "/js/", "/img/")
TAG = re.compile(rb'(?:href|src)="([^"]+)"')
PIECE = 512 * 1024


def size(rng, median, sigma, most):
    """Lognormal, as sizes on the web are said to be."""
    return min(most, max(40, int(median * rng.lognormvariate(0, sigma))))


def skewed(rng, sequence):
    """An element by Zipf's law with exponent 1, the first the likeliest."""
    return sequence[int(len(sequence) ** rng.random()) - 1]


class Site:
    """The documents, the pages' ranking by popularity, and the editor's work on both."""

    def __init__(self, folder):
        self.folder, self.rng = folder, random.Random(SEED)
        self.filler = self.rng.randbytes(1 << 20)
        rng = self.rng
        for path in (STYLE, FONT, SCRIPT, LOGO, ICON):
            self.write(path, size(rng, 15_000, 0.5, 100_000))
        for section in range(SECTIONS):
            self.write(f"/css/{section}.css", size(rng, 6_000, 0.5, 50_000))
        self.shared = [f"/img/s{number}.png" for number in range(SHARED)]
        self.downloads = [f"/get/{number}.zip" for number in range(DOWNLOADS)]
        self.films = [f"/film/{number}.webm" for number in range(FILMS)]
        for paths, law in (
            (self.shared, (5_000, 1, 100_000)),
            (self.downloads, (200_000, 1.4, 20_000_000)),
            (self.films, (3_000_000, 0.8, 20_000_000)),
        ):
            for path in paths:
                self.write(path, size(rng, *law))
        self.ranking = [self.page(number) for number in range(PAGES)]
        rng.shuffle(self.ranking)
        self.indexes()

    def write(self, path, length, text=b""):
        """Writes a document of `length` bytes that begins with `text`; it is there whole or not at all."""
        name = self.folder + path
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name + ".part", "wb") as file:
            length -= file.write(text)
            while length > 0:
                length -= file.write(self.filler[:length])
        os.replace(name + ".part", name)

    def page(self, number):
        """Writes page `number`, its images, and links to others; gives its path."""
        rng, section = self.rng, number % SECTIONS
        images = [f"/img/{number}-{i}.jpg" for i in range(min(8, int(rng.expovariate(0.7))))]
        for path in images:
            self.write(path, size(rng, 16_000, 1.1, 2_000_000))
        images += [skewed(rng, self.shared) for _ in range(rng.randrange(3))]
        if rng.random() < 0.02:
            images.append(f"/img/{number}-lost.jpg")
        links = [f"/p/{rng.randrange(number + 1) // SECTIONS * SECTIONS + section}.html" for _ in range(4)]
        links.append("/" if rng.random() < 0.5 else f"/{section}/")
        for chance, others in ((0.05, [f"/old/{n}.html" for n in range(40)]), (0.1, self.downloads), (0.05, self.films)):
            if rng.random() < chance:
                links.append(skewed(rng, others))
        path = f"/p/{number}.html"
        self.html(path, [f"/css/{section}.css", *images], links, size(rng, 9_000, 0.9, 300_000))
        return path

    def html(self, path, parts, links, length):
        parts = [STYLE, FONT, SCRIPT, LOGO, *dict.fromkeys(parts)]
        lines = [f'<img src="{part}">' if part.startswith("/img/") else f'<link href="{part}">' for part in parts]
        self.write(path, length, "\n".join(lines + [f'<a href="{link}">' for link in links]).encode())

    def indexes(self):
        """Writes what names the most popular pages: the front page, the sections' and the feed."""
        names = [f"/{section}" for section in range(SECTIONS)]  # Without the slash: the server redirects.
        for name in ["", *names]:
            pages = [path for path in self.ranking if not name or int(path[3:-5]) % SECTIONS == int(name[1:])][:12]
            self.html(f"{name}/index.html", [], [*pages, *names], 7_000 + len("".join(pages)))
        self.write("/feed.xml", 12_000 + len("".join(self.ranking[:40])))

    async def edit(self, seconds):
        """Publishes pages, each at a place in the ranking drawn by Zipf's law, and adds to some old ones."""
        rng = random.Random(f"{SEED} editor")
        for number in range(PAGES, PAGES + NEWS):
            await asyncio.sleep(seconds / NEWS)
            self.ranking.insert(skewed(rng, range(len(self.ranking))), self.page(number))
            self.indexes()
            if rng.random() < 0.3:
                with open(self.folder + skewed(rng, self.ranking), "ab") as file:
                    file.write(self.filler[: rng.randrange(1, 500)])


class Connection:
    """Requests on it come one after the other."""

    def __init__(self, port, agent):
        self.port, self.agent, self.streams = port, agent, None

    def head(self, path, method, headers):
        headers = {"Host": "localhost", "User-Agent": self.agent, **headers}
        return "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode()

    async def request(self, path, method="GET", headers=None):
        """Gives status, headers and body; a connection that the server has closed is opened again, once."""
        for last in (False, True):
            try:
                if not self.streams:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port)
                reader, writer = self.streams
                writer.write(self.head(path, method, headers or {}))
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
                got = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                status = int(first.split()[1])
                body = 0 if method == "HEAD" or status in (204, 304) else int(got["content-length"])
                return status, got, await reader.readexactly(body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last:
                    raise

    async def leave(self, path, after):
        """Hangs up after so many bytes of a document, on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.head(path, "GET", {}))
        with contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readexactly(after)
        writer.transport.abort()

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None


class Browser:
    """Somebody's browser: a cache that outlives the sessions, three connections that do not."""

    def __init__(self, port, agent):
        self.connections, self.cache = [Connection(port, agent) for _ in range(3)], {}

    async def get(self, connection, path, headers=None):
        """Gives what a document refers to: from the cache, by revalidation, or anew."""
        known = self.cache.get(path)
        if known and known["until"] > time.monotonic():
            return known["tags"]
        validators = known["validators"] if known else {}
        status, got, body = await connection.request(path, headers={**(headers or {}), **validators})
        if status == 301:
            return await self.get(connection, got["location"])
        if status not in (200, 304):
            return []
        tags = known["tags"] if status == 304 else [tag.decode() for tag in TAG.findall(body[:4096])]
        age = re.search(r"max-age=(\d+)", got.get("cache-control", ""))
        validators = {"If-Modified-Since": got["last-modified"], "If-None-Match": got["etag"]}
        self.cache[path] = {"until": time.monotonic() + int(age[1] if age else 0), "tags": tags, "validators": validators}
        return tags

    async def show(self, path, headers):
        """Fetches a page, then what is embedded in it on three connections; gives its links."""
        tags = await self.get(self.connections[0], path, headers)
        parts = [tag for tag in reversed(tags) if tag.startswith(EMBEDDED)]

        async def fetch(connection):
            while parts:
                await self.get(connection, parts.pop())

        await asyncio.gather(*map(fetch, self.connections))
        return [tag for tag in tags if not tag.startswith(EMBEDDED)]

    async def play(self, path, rng):
        """A film in pieces, up to where the viewer has had enough."""
        start = 0
        while rng.random() < 0.85:
            headers = {"Range": f"bytes={start}-{start + PIECE - 1}"}
            status, got, _ = await self.connections[0].request(path, headers=headers)
            start += PIECE
            if status != 206 or start >= int(got["content-range"].split("/")[1]):
                break
            await asyncio.sleep(rng.expovariate(2))

    def close(self):
        for connection in self.connections:
            connection.close()


async def session(site, browser, rng, end):
    """Somebody comes by the front page, a search, a mail or a link, and goes from page to page."""
    way, headers = rng.random(), {}
    path = "/" if way < 0.25 else skewed(rng, site.ranking)
    if way > 0.8:
        headers = {"Referer": "https://search.example/"}
    elif way > 0.75:
        path += "?from=mail"
    await browser.get(browser.connections[1], ICON)
    while True:
        links = await browser.show(path, headers)
        await asyncio.sleep(rng.expovariate(1 / THINK))
        for link in links:
            if link.startswith("/film/") and rng.random() < 0.6:
                await browser.play(link, rng)
            elif link.startswith("/get/") and rng.random() < 0.1:
                await browser.connections[2].leave(link, 10_000)
            elif link.startswith("/get/") and rng.random() < 0.4:
                await browser.get(browser.connections[2], link)
        if rng.random() < 0.2 or time.monotonic() > end:
            break
        pages = [link for link in links if not link.startswith(("/film/", "/get/"))]
        path, headers = rng.choice(pages) if pages and rng.random() < 0.6 else skewed(rng, site.ranking), {}
    if rng.random() < 0.3:
        await browser.connections[0].request("/note", "POST", {"Content-Length": 0})
    browser.close()


async def crawl(site, port, seconds):
    """A search engine walks the pages in order with their images, then asks of the first third what has changed."""
    connection, dates = Connection(port, "Dustbot/1.0"), {}
    paths = [f"/p/{number}.html" for number in range(PAGES)]
    walk = paths + site.downloads + paths[: PAGES // 3]
    await connection.request("/robots.txt")
    begin = time.monotonic()
    for i, path in enumerate(walk):
        await asyncio.sleep(max(0, begin + seconds * i / len(walk) - time.monotonic()))
        headers = {"If-Modified-Since": dates[path]} if path in dates else {}
        status, got, body = await connection.request(path, headers=headers)
        dates[path] = got["last-modified"]
        for image in TAG.findall(body[:4096]) if status == 200 and path.endswith(".html") else []:
            if re.match(rb"/img/\d", image):
                await connection.request(image.decode())


async def check(site, port, seconds):
    """A checker of links, half of which are gone."""
    connection, rng = Connection(port, "Gnat/0.9"), random.Random(f"{SEED} checker")
    for _ in range(600):
        path = f"/old/{rng.randrange(500)}.html" if rng.random() < 0.5 else skewed(rng, site.ranking)
        await connection.request(path, "HEAD")
        await asyncio.sleep(rng.expovariate(600 / seconds))


async def knock(port):
    """Somebody who tries each port for TLS: logs are full of requests that are none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x16\x03\x01\x00\x5f\x01\r\n\r\n")
    await reader.read()
    writer.close()


async def watch(port):
    """A monitor that wants the front page's head, a reader of the feed, and now and then a stranger."""
    monitor, reader, headers = Connection(port, "Echo/1.0"), Connection(port, "Finch/2"), {}
    for second in itertools.count(1):
        await monitor.request("/", "HEAD")
        headers = {"If-None-Match": (await reader.request("/feed.xml", headers=headers))[1]["etag"]}
        if second % 20 == 0:
            await knock(port)
        await asyncio.sleep(1)


async def visit(site, port, seconds):
    rng = random.Random(f"{SEED} people")
    people = [Browser(port, rng.choice(BROWSERS)) for _ in range(PEOPLE)]
    others = site.edit(seconds), crawl(site, port, seconds), check(site, port, seconds), watch(port)
    others = [asyncio.create_task(other) for other in others]
    # More people come in the middle of the time than at its ends; some come again, and nobody twice at once.
    begin, sessions, busy = time.monotonic(), [], set()
    for number, at in enumerate(sorted(rng.triangular(0, seconds) for _ in range(SESSIONS))):
        await asyncio.sleep(max(0, begin + at - time.monotonic()))
        who = int(PEOPLE * rng.random() ** 2)
        if who in busy:
            continue
        busy.add(who)
        visitor = session(site, people[who], random.Random(f"{SEED} session {number}"), begin + seconds)
        sessions.append(asyncio.create_task(visitor))
        sessions[-1].add_done_callback(lambda _, who=who: busy.discard(who))
    await asyncio.gather(*sessions)
    for other in others:
        if other.done():
            other.result()  # Raises what went wrong.
        other.cancel()


def main():
    folder, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    asyncio.run(visit(Site(folder), port, seconds))


if __name__ == "__main__":
    main()
