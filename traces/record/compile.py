#!/usr/bin/env python3
"""Turns the strace log of compile.sh into CSV: time (s since the first request), id (by first use), size (bytes).

A request is a successful open of a regular file for reading. Its size is the file's size at the end of the build; for a
temporary file that is gone by then, the most bytes that one reader has read from it. Empty files are left out.
"""

import collections
import os
import re
import stat
import sys

CALL = re.compile(r"^(\d+)\s+(\d+\.\d+) (.*)$")
OPENED = re.compile(r"O_(?:RDONLY|RDWR).*= (\d+)<(/[^>]*)>$")
READ = re.compile(r"^(?:read|pread64)\((\d+)<(/[^>]*)>.*= (\d+)$")
OUTSIDE = ("/proc/", "/sys/", "/dev/")


def calls(path):
    """Yields (process, seconds, call) with calls that were interrupted by another process put together again."""
    pending = {}
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = CALL.match(line.rstrip("\n"))
            if not match:
                continue
            process, seconds, call = match[1], float(match[2]), match[3]
            if call.endswith("<unfinished ...>"):
                pending[process] = call.removesuffix("<unfinished ...>")
                continue
            if call.startswith("<... ") and process in pending:
                call = pending.pop(process) + call.partition(" resumed>")[2]
            yield process, seconds, call


def read_log(path):
    """Gives the openings as [(seconds, file)] and the most bytes that one reader has read from each file."""
    opens, position, largest = [], {}, collections.Counter()
    for process, seconds, call in calls(path):
        if call.startswith(("open(", "openat(")):
            match = OPENED.search(call)
            if not match or "O_DIRECTORY" in call or "O_TRUNC" in call or match[2].startswith(OUTSIDE):
                continue
            file = match[2].removesuffix(" (deleted)")
            opens.append((seconds, file))
            position[process, match[1]] = 0
        elif match := READ.match(call):
            file = match[2].removesuffix(" (deleted)")
            key = process, match[1]
            position[key] = position.get(key, 0) + int(match[3])
            largest[file] = max(largest[file], position[key])
    return opens, largest


def size_of(file, largest):
    try:
        status = os.stat(file)
    except OSError:
        return largest[file]
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def main():
    opens, largest = read_log(sys.argv[1])
    ids, sizes, start = {}, {}, None
    print("time,id,size")
    for seconds, file in opens:
        if file not in sizes:
            sizes[file] = size_of(file, largest)
        if sizes[file] == 0:
            continue
        start = seconds if start is None else start
        print(f"{seconds - start:.3f},{ids.setdefault(file, len(ids))},{sizes[file]}")


if __name__ == "__main__":
    main()
