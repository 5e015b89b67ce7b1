#!/usr/bin/env python3
"""How fast evictlab reads traces, beside libCacheSim's readers where those read the format; prints a Markdown table.

Both programs read every request and count the objects: evictlab as `run` does before it replays (the rate that it prints), and
libCacheSim by `get_working_set_size()`, which reads the trace in C. The two run in turn; the median of the repetitions counts.
The machine is said to be noisy, so the ratio says more than either rate.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

INSTALL = "pip install libcachesim==0.3.5 numpy"
SPEC = "zipf:objects=1e6,alpha=1.0,requests={},size=lognormal(4KiB,1),arrivals=poisson(1000)"


def evictlab(options, *words):
    command = [options.binary, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"readers.py: {' '.join(command)}\n{done.stderr}")
    return done


def make(options, folder):
    """The same requests in every format: {what is shown: (path, format, reader of libCacheSim or None)}."""
    import numpy

    plain = folder / "t.csv"
    evictlab(options, "trace", "generate", "--workload", SPEC.format(options.requests), "--output", plain)
    for name in ("t.oracleGeneral", "t.txt", "t.csv.zst", "t.evl"):
        evictlab(options, "trace", "convert", plain, "--output", folder / name, "--quiet")
    evictlab(options, "trace", "convert", plain, "--output", folder / "packed.evl", "--codec", "zstd", "--quiet")
    packed = numpy.fromfile(folder / "t.oracleGeneral", dtype="<u4,<u8,<u4,<i8")
    disk = numpy.zeros(len(packed), dtype="<u4,<u4,<u4,<u2,<u2,<u8,<u8")
    disk["f1"], disk["f3"], disk["f4"], disk["f5"] = packed["f2"], 0x28, 1 << 8, packed["f1"]
    disk["f6"] = packed["f0"].astype("<u8") * 1000000
    disk.tofile(folder / "t.vscsi")
    with open(folder / "t.log", "w") as log:
        for number, (seconds, key, size, _) in enumerate(packed):
            stamp = time.strftime("%d/Nov/2026:%H:%M:%S +0000", time.gmtime(int(seconds)))
            log.write(f'10.0.0.1 - - [{stamp}] "GET /p/{key} HTTP/1.1" 200 {size} "-" "Mozilla/5.0 (X11; Linux)"\n')
    columns = {"time-col": 1, "obj-id-col": 2, "obj-size-col": 3, "has-header": True, "delimiter": ","}
    return {
        "oracleGeneral": ("t.oracleGeneral", "oracle-general", ("ORACLE_GENERAL_TRACE", None)),
        "vscsi": ("t.vscsi", "vscsi", ("VSCSI_TRACE", None)),
        "csv, three columns": ("t.csv", "csv:time=1,id=2,size=3", ("CSV_TRACE", columns)),
        "the same, zstd": ("t.csv.zst", "csv:time=1,id=2,size=3", None),
        "txt": ("t.txt", "txt", ("PLAIN_TXT_TRACE", None)),
        "combined log": ("t.log", "combined", None),
        "store": ("t.evl", "evl", None),
        "store, zstd": ("packed.evl", "evl", None),
    }


def ours(options, path, form):
    said = evictlab(
        options, "run", "--trace", path, "--trace-format", form, "--size", options.size, "--policy", "fifo",
        "--capacity", "1", "--threads", "1", "--no-progress",
    ).stderr  # fmt: skip
    found = re.search(r"read ([\d,]+) requests .* in ([\d.]+) s \(([\d.]+) M/s\)", said)
    if not found:
        sys.exit(f"readers.py: no line about reading in\n{said}")
    return float(found[3])


PEER = """
import sys, time
import libcachesim as lcs
kind, path, columns = sys.argv[1], sys.argv[2], eval(sys.argv[3])
parameters = lcs.ReaderInitParam()
if columns:
    parameters.time_field, parameters.obj_id_field, parameters.obj_size_field = 1, 2, 3
    parameters.has_header, parameters.has_header_set, parameters.delimiter = True, True, ","
    parameters.obj_id_is_num, parameters.obj_id_is_num_set = True, True
reader = lcs.TraceReader(path, getattr(lcs.TraceType, kind), parameters)
begun = time.perf_counter()
objects = reader.get_working_set_size()
print(reader.get_num_of_req() / (time.perf_counter() - begun) / 1e6)
"""


def peer(path, kind, columns):
    command = [sys.executable, "-c", PEER, kind, str(path), repr(columns)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"readers.py: libCacheSim ({INSTALL}) failed\n{done.stderr}")
    return float(done.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/evictlab", help="the program (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=10_000_000, metavar="N", help="length of the trace")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each (default: %(default)s)")
    parser.add_argument("--size", default="bytes", choices=["unit", "bytes"], help="are sizes read too? (default: %(default)s)")
    parser.add_argument("--only", choices=["evictlab"], help="leave libCacheSim out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        folder = pathlib.Path(folder)
        print("| format | libCacheSim M req/s | evictlab M req/s | ratio |\n|---|---:|---:|---:|")
        for shown, (name, form, other) in make(options, folder).items():
            path = folder / name
            has_sizes = options.size == "bytes" and form != "txt"
            asked = argparse.Namespace(binary=options.binary, size="bytes" if has_sizes else "unit")
            ours(asked, path, form)  # brings the file into the system's cache
            mine, theirs = [], []
            for _ in range(options.repeat):
                mine.append(ours(asked, path, form))
                if other and not options.only:
                    theirs.append(peer(path, *other))
            rate = statistics.median(mine)
            if theirs:
                other_rate = statistics.median(theirs)
                print(f"| {shown} | {other_rate:.1f} | {rate:.1f} | {rate / other_rate:.1f} |", flush=True)
            else:
                print(f"| {shown} | | {rate:.1f} | |", flush=True)


if __name__ == "__main__":
    main()
