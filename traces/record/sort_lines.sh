#!/usr/bin/env bash
# Records sort-lines.txt.zst: the cache line (64 bytes) of each data reference that GNU sort makes as it sorts numbers.
#
# valgrind's lackey tool prints every load and store. A reference to the line referred to just before is dropped, since
# every cache hits there; lines are numbered in order of first use, so no address of the machine is left.
#
# Needs: valgrind, GNU sort, python3, zstd (Debian: apt-get install valgrind python3 zstd).
# Usage: bash sort_lines.sh OUTPUT.txt.zst [NUMBERS]
set -euo pipefail

output=$(realpath -m "${1:?usage: sort_lines.sh OUTPUT.txt.zst [NUMBERS]}")
numbers=${2:-2500}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -c "
import random
rng = random.Random(42)
for _ in range($numbers):
    print(rng.randrange(10**9))
" > "$work/input.txt"

LC_ALL=C valgrind --tool=lackey --trace-mem=yes --log-file="$work/lackey.txt" \
    sort --parallel=1 --output="$work/sorted.txt" "$work/input.txt"

# Lines of lackey: " L 1ffeffe7e,8" (load), " S ..." (store), " M ..." (both); "I  ..." are instructions.
python3 - "$work/lackey.txt" <<'PY' | zstd -19 --quiet --force -o "$output"
import sys

ids, before = {}, None
with open(sys.argv[1], encoding="ascii", errors="replace") as log:
    for text in log:
        if text[:3] not in (" L ", " S ", " M "):
            continue
        line = int(text[3:].partition(",")[0], 16) // 64
        if line != before:
            print(ids.setdefault(line, len(ids)))
            before = line
PY
