#!/usr/bin/env python3
"""Measures how often the 95 % intervals of sampled curves hold the true hit ratio, and how far the estimates are off.

Each case is one trace whose exact curve is known, sampled again and again with another seed. Writes coverage.csv beside this
file: for each case and cache size the share of the samples whose interval holds the truth, the mean and the largest error, and
the mean of half the interval's width.

  python3 results/curve-intervals/coverage.py --binary target/release/evictlab --samples 100
  python3 results/curve-intervals/coverage.py --summary        prints the table of README.md from coverage.csv
"""

import argparse
import csv
import io
import pathlib
import statistics
import subprocess
import tempfile

WORKLOADS = {
    "zipf 0.6": "zipf:objects=2e5,alpha=0.6,requests=2e6",
    "zipf 0.8": "zipf:objects=2e5,alpha=0.8,requests=2e6",
    "zipf 1.0": "zipf:objects=2e5,alpha=1.0,requests=2e6",
    "zipf 1.2": "zipf:objects=2e5,alpha=1.2,requests=2e6",
    "uniform": "uniform:objects=2e5,requests=2e6",
}
CASES = [("lru", "shards"), ("sieve", "minisim"), ("arc", "minisim")]
RATES = ["0.01", "0.1"]
SIZES = "0.5%,2%,10%,40%"
TABLE = pathlib.Path(__file__).with_name("coverage.csv")
COLUMNS = ["workload", "policy", "method", "rate", "capacity_given", "samples", "hit_ratio", "coverage", "mean_error",
           "largest_error", "mean_half_width"]


def rows(binary, *arguments):
    command = [binary, "curve", *arguments, "--capacity", SIZES, "--format", "csv", "--quiet"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(ran.stdout)))


def measure(binary, trace, case, samples):
    """The rows of one trace, policy and rate."""
    name, (policy, method), rate = case
    chosen = ["--trace", str(trace), "--trace-format", "oracle-general", "--policy", policy]
    truth = {row["capacity_given"]: float(row["hit_ratio"]) for row in rows(binary, *chosen)}
    found = {given: [] for given in truth}
    for seed in range(1, samples + 1):
        for row in rows(binary, *chosen, "--method", method, "--sample-rate", rate, "--seed", str(seed)):
            found[row["capacity_given"]].append([float(row[key]) for key in ("hit_ratio", "ci_low", "ci_high")])
    for given, points in found.items():
        true = truth[given]
        errors = [abs(ratio - true) for ratio, _, _ in points]
        held = sum(low <= true <= high for _, low, high in points)
        half = statistics.mean((high - low) / 2 for _, low, high in points)
        yield [name, policy, method, rate, given, samples, f"{true:.6f}", f"{held / samples:.3f}",
               f"{statistics.mean(errors):.5f}", f"{max(errors):.5f}", f"{half:.5f}"]


def summary():
    """Prints a line for each method, policy, sample and workload: the four cache sizes together, in percentage points."""
    with TABLE.open() as file:
        measured = list(csv.DictReader(file))
    print("| method, policy | sample | workload | held, worst size | held, mean | mean error | largest error | half width |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    groups = {}
    for row in measured:
        groups.setdefault((row["method"], row["policy"], row["rate"], row["workload"]), []).append(row)
    for (method, policy, rate, workload), rows_of in sorted(groups.items(), key=lambda group: (group[0][0] != "shards", group[0][1], group[0][2])):
        column = lambda name: [100 * float(row[name]) for row in rows_of]
        held = column("coverage")
        print(f"| `{method}`, `{policy}` | {100 * float(rate):.0f} % | {workload} | {min(held):.0f} % | "
              f"{statistics.mean(held):.1f} % | {statistics.mean(column('mean_error')):.2f} | "
              f"{max(column('largest_error')):.2f} | {statistics.mean(column('mean_half_width')):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/evictlab", help="the program (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=100, help="samples of each case (default: %(default)s)")
    parser.add_argument("--summary", action="store_true", help="print the table of README.md from coverage.csv instead")
    options = parser.parse_args()
    if options.summary:
        return summary()
    with tempfile.TemporaryDirectory() as folder, TABLE.open("w") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        for name, spec in WORKLOADS.items():
            trace = pathlib.Path(folder) / f"{name}.oracleGeneral"
            generate = [options.binary, "trace", "generate", "--workload", spec, "--output", str(trace)]
            subprocess.run(generate, check=True, capture_output=True)
            for rate in RATES:
                for case in CASES:
                    table.writerows(measure(options.binary, trace, (name, case, rate), options.samples))
                    out.flush()


if __name__ == "__main__":
    main()
