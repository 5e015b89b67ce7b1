#!/usr/bin/env python3
"""Runs evictlab and libCacheSim side by side on the same traces and prints Markdown tables.

The two programs run in turn, one cell at a time, and the median of the repetitions counts. libCacheSim runs in
worker processes, apart from the one that makes the traces.
"""

import argparse
import concurrent.futures
import csv
import importlib.util
import multiprocessing
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

INSTALL = "pip install libcachesim==0.3.5 numpy"
POLICIES = {
    "fifo": "FIFO",
    "lru": "LRU",
    "clock": "Clock",
    "sieve": "Sieve",
    "s3-fifo": "S3FIFO",
    "lfu": "LFU",
    "two-q": "TwoQ",
    "slru": "SLRU",
    "arc": "ARC",
    "w-tiny-lfu": "WTinyLFU",
}
HEAD = ["policy", "libCacheSim M req/s", "evictlab M req/s", "ratio", "libCacheSim miss ratio", "evictlab miss ratio"]
SWEPT_POLICIES = ["lru", "fifo", "clock", "sieve", "s3-fifo"]
SWEPT_SHARES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.8]
# What is shown, policy, method, capacities, and how many sizes count as work: one where all sizes come from one pass.
CURVES = [
    ("`lru`, all sizes, exact", "lru", "exact", "log:0.1%..100%:32", 1),
    ("perfect `lfu`, all sizes, exact", "lfu:history=perfect", "exact", "log:0.1%..100%:32", 1),
    ("`belady` (MIN), all sizes, exact", "belady", "exact", "all", 1),
    ("`belady` (MIN), one size, exact", "belady", "exact", "10%", 1),
    ("`lru`, SHARDS, 1 % of the objects", "lru", "shards", "log:0.1%..100%:32", 1),
    ("`fifo`, 16 sizes", "fifo", "batch", "log:0.1%..50%:16", 16),
    ("`clock`, 32 sizes", "clock", "batch", "log:0.1%..50%:32", 32),
    ("`sieve`, 32 sizes", "sieve", "batch", "log:0.1%..50%:32", 32),
    ("`s3-fifo`, 32 sizes", "s3-fifo", "batch", "log:0.1%..50%:32", 32),
]
EXAMPLES = """examples:
  python3 benches/peer.py                                the README's table: both traces, about ten minutes
  python3 benches/peer.py --policy lru,sieve --repeat 5  two policies, median of five runs
  python3 benches/peer.py --requests 200000 --repeat 1   a smoke run; the figures mean nothing
  python3 benches/peer.py --sweep                        5 policies x 8 capacities on 2 threads, end to end
  python3 benches/peer.py --ingest                       how fast evictlab reads a trace
  python3 benches/peer.py --curve                        whole curves beside one size of libCacheSim's
  python3 benches/peer.py --only peer                    libCacheSim alone, without a build of evictlab
"""


class Zipf(NamedTuple):
    """A trace of independent requests: the object of rank r has a popularity in proportion to 1 / r ** alpha."""

    objects: int
    alpha: float
    capacity: int
    policies: list


TRACES = {
    "hot": Zipf(1_000_000, 1.0, 100_000, list(POLICIES)),
    "cold": Zipf(10_000_000, 0.8, 57_757, ["fifo", "lru", "clock"]),
}


def need_numpy():
    try:
        import numpy
    except ImportError:
        sys.exit(f"peer.py: numpy is missing: {INSTALL}")
    return numpy


def write_trace(zipf, requests, path):
    """Writes oracleGeneral: little-endian u32 second, u64 id, u32 size, i64 index of the next request (from 1)."""
    numpy = need_numpy()
    rng = numpy.random.default_rng(42)
    cumulative = numpy.cumsum(numpy.arange(1, zipf.objects + 1) ** -zipf.alpha)
    ranks = numpy.searchsorted(cumulative, rng.random(requests) * cumulative[-1])
    ids = rng.permutation(zipf.objects)[numpy.minimum(ranks, zipf.objects - 1)] + 1

    order = numpy.argsort(ids, kind="stable")
    again = ids[order[1:]] == ids[order[:-1]]
    following = numpy.full(requests, -1, numpy.int64)
    following[order[:-1][again]] = order[1:][again] + 1

    layout = [("second", "<u4"), ("id", "<u8"), ("size", "<u4"), ("next", "<i8")]
    records = numpy.zeros(requests, numpy.dtype(layout))
    # libCacheSim leaves the requests of the first second out of its statistics: give it one request only.
    records["second"] = (numpy.arange(requests) + 999) // 1000
    records["id"], records["size"], records["next"] = ids, 1, following
    unfinished = path.with_suffix(".part")
    records.tofile(unfinished)
    unfinished.rename(path)


def write_text(source, path):
    numpy = need_numpy()
    ids = numpy.fromfile(source, numpy.dtype("V4, <u8, V12"))["f1"]
    unfinished = path.with_suffix(".part")
    with open(unfinished, "w", encoding="ascii") as out:
        for chunk in numpy.array_split(ids, max(1, len(ids) // 1_000_000)):
            out.write("\n".join(map(str, chunk.tolist())) + "\n")
    unfinished.rename(path)


def peer_cell(path, policy, capacity, class_name=None):
    """One libCacheSim cell: seconds of the replay, miss ratio, number of the process and its peak memory in MiB."""
    import libcachesim

    kind = libcachesim.TraceType.ORACLE_GENERAL_TRACE
    reader = libcachesim.TraceReader(str(path), kind, libcachesim.ReaderInitParam(ignore_obj_size=True))
    cache = getattr(libcachesim, class_name or POLICIES[policy])(capacity)
    begin = time.perf_counter()
    miss_ratio = cache.process_trace(reader)[0]
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds, miss_ratio, os.getpid(), peak


def workers(count):
    """Fresh processes: a forked one would count this process's memory as its own."""
    return concurrent.futures.ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def trace_file(zipf, requests, text=False):
    """The path of the trace in the folder for temporary files; it is made when it is not there yet."""
    name = f"evictlab-peer-zipf{zipf.alpha}-{zipf.objects}-{requests}"
    path = pathlib.Path(tempfile.gettempdir()) / f"{name}.oracleGeneral"
    with workers(1) as pool:
        if not path.exists():
            note(f"writing {path}")
            pool.submit(write_trace, zipf, requests, path).result()
        if text:
            source, path = path, path.with_suffix(".txt")
            if not path.exists():
                note(f"writing {path}")
                pool.submit(write_text, source, path).result()
    return path


def note(text):
    print(text, file=sys.stderr, flush=True)


def evictlab(options, path, form, policies, capacities, *more, verb="run"):
    """Runs a verb of evictlab: its rows, the text on stderr, the seconds of the whole run and its peak memory in MiB."""
    command = [options.binary, verb, "--trace", path, "--trace-format", form, "--policy", ",".join(policies)]
    command += ["--capacity", ",".join(map(str, capacities)), "--format", "csv", *more]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begin = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = err.read()
        if process.returncode != 0:
            sys.exit(f"peer.py: exit code {process.returncode} of {' '.join(map(str, command))}\n{said}")
        return list(csv.DictReader(out)), said, seconds, usage.ru_maxrss / 1024


def table(*rows):
    head, *body = [[str(cell) for cell in row] for row in rows]
    print("| " + " | ".join(head) + " |")
    print("|---" + "|---:" * (len(head) - 1) + "|")
    for row in body:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def median(values, form="{:.1f}"):
    return form.format(statistics.median(values)) if values else "-"


def title(zipf, requests, what):
    print(f"{requests:,} requests over {zipf.objects:,} objects, Zipf {zipf.alpha}, unit sizes, {what}\n", flush=True)


def compare_cell(options, pool, path, policy, capacity):
    """The row of one policy: the two programs in turn, `--repeat` times."""
    peer_rates, rates, peer_misses, misses = [], [], None, None
    for repetition in range(options.repeat):
        note(f"{policy}: run {repetition + 1} of {options.repeat}")
        if options.only != "evictlab":
            seconds, peer_misses, _, _ = pool.submit(peer_cell, path, policy, capacity).result()
            peer_rates.append(options.requests / seconds / 1e6)
        if options.only != "peer":
            rows, *_ = evictlab(options, path, "oracle-general", [policy], [capacity], "--threads", "1", "--no-batch")
            rates.append(float(rows[0]["requests_per_second"]) / 1e6)
            misses = float(rows[0]["miss_ratio"])
    ratio = f"{statistics.median(rates) / statistics.median(peer_rates):.1f}x" if rates and peer_rates else "-"
    shown = ["-" if value is None else f"{value:.4f}" for value in (peer_misses, misses)]
    return [policy, median(peer_rates), median(rates), ratio, *shown]


def cells(options):
    for name in options.trace:
        zipf = TRACES[name]
        path = trace_file(zipf, options.requests)
        policies = options.policy or zipf.policies
        with workers(1) as pool:
            rows = [compare_cell(options, pool, path, policy, zipf.capacity) for policy in policies]
        title(zipf, options.requests, f"capacity {zipf.capacity:,}, one thread, replay only")
        table(HEAD, *rows)


def peer_sweep(path, policies, capacities):
    """All cells on two processes: the seconds and the sum of the processes' peak memories."""
    with workers(2) as pool:
        list(pool.map(abs, range(2)))
        begin = time.perf_counter()
        jobs = [pool.submit(peer_cell, path, policy, capacity) for policy in policies for capacity in capacities]
        done = [job.result() for job in jobs]
        seconds = time.perf_counter() - begin
    peaks = {}
    for _, _, process, peak in done:
        peaks[process] = max(peak, peaks.get(process, 0))
    return seconds, sum(peaks.values())


def sweep(options):
    zipf = TRACES[options.trace[0]]
    path = trace_file(zipf, options.requests)
    policies = options.policy or SWEPT_POLICIES
    capacities = [int(zipf.objects * share) for share in SWEPT_SHARES]
    peer, own = [], []
    for repetition in range(options.repeat):
        note(f"sweep: run {repetition + 1} of {options.repeat}")
        if options.only != "peer":
            own.append(evictlab(options, path, "oracle-general", policies, capacities, "--threads", "2")[2:])
        if options.only != "evictlab":
            peer.append(peer_sweep(path, policies, capacities))
    what = f"{', '.join(policies)} x {len(capacities)} capacities, two threads, end to end from the file"
    title(zipf, options.requests, what)
    rows = [
        [program, median([seconds for seconds, _ in runs], "{:.2f}"), median([peak for _, peak in runs], "{:.0f}")]
        for program, runs in (("libCacheSim", peer), ("evictlab", own))
    ]
    table(["program", "seconds", "peak memory, MiB"], *rows)
    if peer and own:
        print(f"ratio: {statistics.median(p[0] for p in peer) / statistics.median(o[0] for o in own):.1f}x\n")


def curve_row(options, pool, path, case):
    """A row of the table of curves: evictlab's pass, its own single replays, and one size of libCacheSim's, in turn."""
    what, policy, method, capacities, sizes = case
    base = policy.split(":")[0]
    own, single, peer = [], [], []
    for repetition in range(options.repeat):
        note(f"{what}: run {repetition + 1} of {options.repeat}")
        arguments = (options, path, "oracle-general", [policy], [capacities], "--threads", "1")
        if options.only != "peer":
            # All points of a pass have its time; a batch may be several passes.
            rows = evictlab(*arguments, "--method", method, verb="curve")[0]
            own.append(sum(float(row["seconds"]) / float(row.get("pass_points") or len(rows)) for row in rows))
            if method == "batch":
                rows = evictlab(*arguments, "--no-batch")[0]
                single.append(sum(float(row["seconds"]) for row in rows))
        if options.only != "evictlab" and base in POLICIES:
            peer.append(pool.submit(peer_cell, path, base, 100_000).result()[0])
    counted = options.requests * sizes / 1e6
    rate = [counted / seconds for seconds in own]
    ratio = "-"
    if peer and own:
        ratio = f"{statistics.median(peer) * sizes / statistics.median(own):.1f}x"
    against = f"{statistics.median(single) / statistics.median(own):.2f}x" if single and own else "-"
    return [what, median([options.requests / seconds / 1e6 for seconds in peer]), median(rate), ratio, against]


def curves(options):
    zipf = TRACES["hot"]
    path = trace_file(zipf, options.requests)
    with workers(1) as pool:
        rows = [curve_row(options, pool, path, case) for case in CURVES]
    title(zipf, options.requests, "one thread; libCacheSim: one size, capacity 100,000")
    table(["curve", "libCacheSim, one size, M req/s", "evictlab, M req/s", "ratio", "evictlab's single replays take"], *rows)


def ingest_rate(said, requests):
    """M requests/s of the reading, from evictlab's line about it: the rate as printed, else from the seconds."""
    for line in said.splitlines():
        if not re.search(r"\bread\b|\bingest", line, re.IGNORECASE):
            continue
        if match := re.search(r"([\d.]+) ?M(?: ?req(?:uests)?)? ?/s", line):
            return float(match[1])
        if match := re.search(r"\bin ([\d.]+) ?(ms|s)\b", line):
            return requests / float(match[1]) / (1e3 if match[2] == "ms" else 1e6)
    sys.exit(f"peer.py: evictlab printed no line about reading the trace; it said:\n{said}")


def ingest(options):
    rows = []
    for name in options.trace:
        zipf = TRACES[name]
        for form in ("oracle-general", "txt"):
            path = trace_file(zipf, options.requests, text=form == "txt")
            # The first run brings the file into the system's cache and does not count.
            runs = [evictlab(options, path, form, ["fifo"], [zipf.capacity]) for _ in range(options.repeat + 1)][1:]
            rates = [ingest_rate(said, options.requests) for _, said, *_ in runs]
            peak = median([peak for *_, peak in runs], "{:.0f}")
            rows.append([f"{form}, {zipf.objects:,} objects", median(rates), peak])
    table([f"{options.requests:,} requests", "M req/s", "peak memory, MiB"], *rows)


def names_of(known):
    """A reader of comma-separated names that are all among the known ones."""

    def read(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"unknown name {name!r}; known: {', '.join(known)}")
        return names

    return read


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--binary", default="target/release/evictlab", help="the program (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each cell (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=20_000_000, metavar="N", help="length of the traces")
    parser.add_argument("--trace", type=names_of(TRACES), default=list(TRACES), help="hot, cold or both (default)")
    parser.add_argument("--policy", type=names_of(POLICIES), metavar="A,B", help=f"some of {', '.join(POLICIES)}")
    parser.add_argument("--only", choices=["peer", "evictlab"], help="run one of the two programs")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--sweep", action="store_true", help="five policies x eight capacities, end to end")
    mode.add_argument("--curve", action="store_true", help="whole curves and shared passes, beside one size of the peer")
    mode.add_argument("--ingest", action="store_true", help="the reading of traces (evictlab alone)")
    options = parser.parse_args()
    if options.repeat < 1 or options.requests < 1:
        parser.error("--repeat and --requests are at least 1")
    if options.ingest:
        options.only = "evictlab"
    return options


def main():
    options = arguments()
    if options.only != "peer" and not shutil.which(options.binary):
        sys.exit(f"peer.py: {options.binary} is not there: cargo build --release, or --binary PATH, or --only peer")
    if options.only != "evictlab" and importlib.util.find_spec("libcachesim") is None:
        sys.exit(f"peer.py: libcachesim is missing: {INSTALL}, or --only evictlab")
    if options.ingest:
        ingest(options)
    elif options.sweep:
        sweep(options)
    elif options.curve:
        curves(options)
    else:
        cells(options)


if __name__ == "__main__":
    main()
