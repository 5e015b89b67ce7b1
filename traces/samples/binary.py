#!/usr/bin/env python3
"""Writes the samples that are no text, each with the same five requests as far as its format can say them.

Usage: python3 binary.py [FOLDER]
"""
import pathlib
import struct
import sys

# time in seconds, id, size in bytes, operation by libCacheSim's number, time to live in seconds, tenant
REQUESTS = [(0, 7, 100, 1, 0, 1), (1, 8, 4096, 3, 60, 2), (1, 7, 100, 1, 0, 1), (4, 9, 512, 1, 0, 2), (9, 8, 4096, 9, 0, 2)]


def next_uses():
    """For each request the number (from 1) of the next one to its id, or -1."""
    ids = [request[1] for request in REQUESTS]
    return [next((j + 1 for j in range(i + 1, len(ids)) if ids[j] == ids[i]), -1) for i in range(len(ids))]


def packed(letters, row):
    return b"".join(struct.pack(letters, *row(*request, following)) for request, following in zip(REQUESTS, next_uses()))


def lcs():
    """Version 3 behind its header of 8192 bytes, whose statistics are left out but for their version and counts."""
    header = bytearray(8192)
    struct.pack_into("<QQ", header, 0, 0x123456789ABCDEF0, 3)
    struct.pack_into("<qqq", header, 16, 1, len(REQUESTS), len({request[1] for request in REQUESTS}))
    struct.pack_into("<Q", header, 8184, 0x123456789ABCDEF0)
    return bytes(header) + packed("<IQqIIq", lambda t, i, s, op, ttl, tenant, n: (t, i, s, op | tenant << 8, ttl, n))


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    key = 8
    samples = {
        "small.oracleGeneral": packed("<IQIq", lambda t, i, s, op, ttl, tenant, n: (t, i, s, n)),
        "small.oracleGeneralOpNS": packed("<IQIBHq", lambda t, i, s, op, ttl, tenant, n: (t, i, s, op, tenant, n)),
        "lcs.lcs": lcs(),
        "disk.vscsi": packed(
            "<IIIHHQQ", lambda t, i, s, op, ttl, tenant, n: (1, s, 1, 0x28 if op == 1 else 0x2A, 1 << 8, i, t * 1000000)
        ),
        "small.twr": packed("<IQII", lambda t, i, s, op, ttl, tenant, n: (t, i, key << 22 | s - key, op << 24 | ttl)),
        "small.twrNS": packed(
            "<IQIIH", lambda t, i, s, op, ttl, tenant, n: (t, i, key << 22 | s - key, op << 24 | ttl, tenant)
        ),
        "cache2k.trace": packed(">I", lambda t, i, s, op, ttl, tenant, n: (i,)),
        "corda.trace": packed(">Q", lambda t, i, s, op, ttl, tenant, n: (i << 40,)),
        "binary.bin": packed("<IQI", lambda t, i, s, op, ttl, tenant, n: (t, i, s)),
    }
    for name, content in samples.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
