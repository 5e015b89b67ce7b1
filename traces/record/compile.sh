#!/usr/bin/env bash
# Records compile.csv.zst: every file that a build opens for reading, with its size and the time.
#
# The build is `cargo build` of an empty crate with two dependencies, git2 and curl: it compiles about fifty Rust crates
# and, through their build scripts, the C sources of libgit2, libcurl and zlib (several hundred runs of the C compiler).
#
# Needs: cargo, a C compiler, strace, python3, zstd (Debian: apt-get install gcc strace python3 zstd), the network once.
# Usage: bash compile.sh OUTPUT.csv.zst
set -euo pipefail

output=$(realpath -m "${1:?usage: compile.sh OUTPUT.csv.zst}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/crate/src" "$work/tmp"
cd "$work/crate"
cat > Cargo.toml <<'TOML'
[package]
name = "traced"
version = "0.1.0"
edition = "2021"

[dependencies]
git2 = { version = "=0.20.2", default-features = false, features = ["vendored-libgit2"] }
curl = { version = "=0.4.47", default-features = false, features = ["static-curl"] }
curl-sys = "=0.4.91"
libgit2-sys = "=0.18.8"
libz-sys = { version = "=1.1.31", features = ["static"] }
TOML
echo 'pub use {curl, git2};' > src/lib.rs
cargo fetch --quiet

# -f follows the compilers, -ttt stamps the calls, -y shows the path behind a descriptor, -s 0 hides the data.
# --seccomp-bpf stops the build at these calls only, so that it runs at nearly its usual speed.
TMPDIR="$work/tmp" CARGO_TARGET_DIR="$work/target" LIBZ_SYS_STATIC=1 \
    strace -f -ttt -y -s 0 --seccomp-bpf -e trace=openat,open,read,pread64 -o "$work/strace.txt" \
    cargo build --offline --quiet --jobs 2

python3 "$here/compile.py" "$work/strace.txt" | zstd -19 --quiet --force -o "$output"
