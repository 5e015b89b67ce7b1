#!/usr/bin/env bash
# Records sqlite-pages.txt.zst: the number of each page that SQLite reads from its database file, one a line.
#
# sqlite_pages.py fills a database of about 30 MiB and then runs an order-entry workload on it with almost no cache of
# SQLite's own. strace shows the reads; a read of 4096 bytes at offset n * 4096 is a request for page n.
#
# Needs: strace, python3 (with its sqlite3 module), zstd (Debian: apt-get install strace python3 zstd).
# Usage: bash sqlite_pages.sh OUTPUT.txt.zst [TRANSACTIONS]
set -euo pipefail

output=$(realpath -m "${1:?usage: sqlite_pages.sh OUTPUT.txt.zst [TRANSACTIONS]}")
transactions=${2:-4000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$here/sqlite_pages.py" load "$work/orders.db"
# Without -f: python3 itself must be the traced process, so resolve wrappers (pyenv and the like) first.
python=$(python3 -c 'import sys; print(sys.executable)')
strace -s 0 --seccomp-bpf -f -e trace=pread64 -P "$work/orders.db" -o "$work/strace.txt" \
    "$python" "$here/sqlite_pages.py" work "$work/orders.db" "$transactions"

# pread64(3, ""..., 4096, 8192) = 4096  ->  2; the 16-byte reads of the file's change counter are not page reads.
sed -nE 's/.*, 4096, ([0-9]+)\) += 4096$/\1/p' "$work/strace.txt" | awk '{ print $1 / 4096 }' \
    | zstd -19 --quiet --force -o "$output"
