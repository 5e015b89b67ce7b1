#!/usr/bin/env python3
"""Measures every policy on one trace, libCacheSim's beside it where it has the policy, and writes the table.

One thread, one cell at a time, the two programs in turn; the median of the repetitions counts. It takes the program as
`cargo build --release --features learned` makes it; without the feature the policies that train models are not there. Writes
results/policies/policies.csv and the table in results/policies/README.md and README.md.
"""

import argparse
import concurrent.futures
import csv
import json
import pathlib
import statistics
import subprocess

import peer

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "results" / "policies"
# What libCacheSim calls a policy; those of one name may still differ, which the miss ratios show.
PEERS = peer.POLICIES | {
    "belady": "Belady",
    "belady-size": "BeladySize",
    "cacheus": "Cacheus",
    "clock-pro": "ClockPro",
    "clock2q-plus": "Clock2QPlus",
    "gdsf": "GDSF",
    "gl-cache": "GLCache",
    "hyperbolic": "Hyperbolic",
    "lecar": "LeCaR",
    "lfu-da": "LFUDA",
    "lhd": "LHD",
    "lirs": "LIRS",
    "lrb": "LRB",
    "lru-k": "LRUK",
    "lru-prob": "LRUProb",
    "multi-queue": "MQ",
    "random": "Random",
    "size": "Size",
    "three-l-cache": "ThreeLCache",
}
# Left out unless it is asked for: trainings and 64 questions for each eviction make an hour of it.
SLOW = {"lrb"}
BEGIN, END = "<!-- policies: begin -->", "<!-- policies: end -->"
HEAD = ["policy", "idea", "source", "M req/s", "libCacheSim", "ratio", "bytes", "miss ratio"]
PEER_HEAD = ["policy", "M req/s", "libCacheSim's", "ratio", "miss ratio", "libCacheSim's"]
EXAMPLES = """examples:
  python3 benches/policies.py                         the table, about twenty minutes
  python3 benches/policies.py --only evictlab         without libCacheSim, a minute or two
  python3 benches/policies.py --policy lru,sieve      some policies; the other rows stay what they are
"""


def peer_cell(path, policy, capacity, seconds):
    """Seconds and miss ratio of one libCacheSim cell in a process of its own; nothing where it takes longer."""
    with peer.workers(1) as pool:
        future = pool.submit(peer.peer_cell, path, policy, capacity, PEERS[policy])
        try:
            return future.result(timeout=seconds)[:2]
        except concurrent.futures.TimeoutError:
            peer.note(f"{policy}: libCacheSim was stopped after {seconds} s")
        except Exception as error:
            peer.note(f"{policy}: libCacheSim: {error}")
        for process in pool._processes.values():
            process.kill()
    return None


def measure(options, path, zipf, policy):
    """A record of one policy: its speed, its state and its misses, and the peer's."""
    rates, peer_rates, row, peer_misses = [], [], None, None
    for _ in range(options.repeat):
        if options.only != "evictlab" and policy["name"] in PEERS:
            if done := peer_cell(path, policy["name"], zipf.capacity, options.timeout):
                peer_rates.append(options.requests / done[0])
                peer_misses = done[1]
        rows, *_ = peer.evictlab(
            options, path, "oracle-general", [policy["name"]], [zipf.capacity], "--threads", "1", "--no-batch"
        )
        row = rows[0]
        rates.append(float(row["requests_per_second"]))
    state = policy["state"]
    rate = statistics.median(rates)
    peer_rate = statistics.median(peer_rates) if peer_rates else None
    return {
        "policy": policy["name"],
        "year": policy["year"],
        "requests_per_second": round(rate),
        "peer_requests_per_second": round(peer_rate) if peer_rate else "",
        "ratio": round(rate / peer_rate, 2) if peer_rate else "",
        "state_bytes_per_object": state["bytes_per_object"],
        "state_bytes_per_resident": round(
            state["bytes_per_resident"] + state["bytes_per_ghost"] * state["ghosts_per_resident"], 1
        ),
        "miss_ratio": row["miss_ratio"],
        "peer_miss_ratio": peer_misses if peer_misses is not None else "",
    }


def speed(record):
    def million(value):
        return f"{float(value) / 1e6:.1f}" if value else ""

    ratio = f"{float(record['ratio']):.1f}x" if record["ratio"] else ""
    return [million(record["requests_per_second"]), million(record["peer_requests_per_second"]), ratio]


def missed(value):
    return f"{float(value):.4f}" if value != "" else ""


def own_row(record, policy):
    """A row of the README's table."""
    paper = policy["paper"]
    first, *others = paper["authors"].split(", ")
    source = f"[{first}{' et al.' if others else ''} {paper['year']}]({paper['url']})"
    state = f"{record['state_bytes_per_object']} + {float(record['state_bytes_per_resident']):g}"
    return [f"`{record['policy']}`", policy["summary"], source, *speed(record), state, missed(record["miss_ratio"])]


def peer_row(record):
    """A row of the table beside libCacheSim's."""
    return [f"`{record['policy']}`", *speed(record), missed(record["miss_ratio"]), missed(record["peer_miss_ratio"])]


def markdown(head, rows, words):
    """A table whose first columns hold words, the others numbers."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * words + "---:|" * (len(head) - words)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def replace(path, text):
    """Puts the text between the marks of a file."""
    if not path.exists():
        path.write_text(f"# Every policy on one trace\n\n{BEGIN}\n{END}\n", encoding="utf-8")
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def kept():
    """The records of the table as it is, by policy."""
    path = FOLDER / "policies.csv"
    if not path.exists():
        return {}
    with open(path, encoding="utf-8", newline="") as table:
        return {row["policy"]: row for row in csv.DictReader(table)}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policy", help="only these, separated by commas; the other rows stay what they are")
    parser.add_argument("--requests", type=int, default=20_000_000, help="requests of the trace")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each, of which the median counts")
    parser.add_argument("--only", choices=["evictlab", "peer"], help="run one of the two")
    parser.add_argument("--timeout", type=int, default=180, help="seconds after which a cell of libCacheSim is given up")
    parser.add_argument("--binary", default=ROOT / "target" / "release" / "evictlab", help="the evictlab to measure")
    return parser.parse_args()


def main():
    options = arguments()
    said = subprocess.run([options.binary, "policies", "--json"], capture_output=True, check=True, text=True)
    policies = json.loads(said.stdout)
    wanted = options.policy.split(",") if options.policy else None
    zipf = peer.TRACES["hot"]
    path = peer.trace_file(zipf, options.requests)
    known = kept() if wanted else {}
    records, listed = [], []
    for policy in policies:
        name = policy["name"]
        if name in (wanted or {name} - SLOW):
            records.append(measure(options, path, zipf, policy))
            peer.note(json.dumps(records[-1]))
        elif name in known:
            records.append(known[name])
        else:
            continue
        listed.append(policy)
    beside = markdown(PEER_HEAD, [peer_row(record) for record in records if record["policy"] in PEERS], 1)
    print(beside)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "policies.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    replace(FOLDER / "README.md", beside)
    replace(ROOT / "README.md", markdown(HEAD, list(map(own_row, records, listed)), 3))


if __name__ == "__main__":
    main()
