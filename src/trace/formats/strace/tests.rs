//! Logs of calls by hand.

use crate::core::SECOND;
use crate::trace::formats::log_samples::{CALLS, row, sample};
use crate::trace::formats::tests::{all, error, read};
use crate::trace::{LoadOptions, Trace, load_bytes};

fn rows(trace: &Trace) -> Vec<String> {
    let short = |i| row(trace, i).replace(" - ", " ").replace(" never", "");
    (0..trace.requests()).map(short).collect()
}

#[test]
fn the_sample_is_read_as_it_is_written() {
    let trace = sample(CALLS, None);
    assert_eq!((trace.requests(), trace.objects), (8, 7));
    assert_eq!(
        rows(&trace),
        [
            "/usr/bin/make get 0",
            "/lib/libc.so.6 get 0.2",
            "/usr/bin/cc get 0.4",
            "Makefile get 0.5",
            "/home/ann/demo/a \"b\".c get 0.9",
            "/tmp/caf\u{e9}.o set 1.4",
            "/lib/libc.so.6 get 2.2",
            "/home/ann/a-very-long get 2.25",
        ]
    );
    assert_eq!(
        trace.notes,
        [
            "calls that failed, left out (failed=true keeps them): 1",
            "other calls, left out (calls=all takes every call with a path): 5",
            "relative paths, taken as they stand (strace -y names their directories): 1",
            "paths that are cut short, taken as they stand: 1",
        ]
    );
    let trace = sample(CALLS, Some("strace:calls=all,failed=true"));
    assert_eq!((trace.requests(), trace.objects), (14, 11));
    assert_eq!(rows(&trace)[1], "/etc/ld.so.preload get 0.1");
    assert_eq!(
        rows(&trace)[8..11],
        ["/tmp/caf\u{e9}.o get 1.5", "/tmp/caf\u{e9}.o delete 2.15", "/home/ann/demo/a.o set 2.15"]
    );
    assert_eq!(rows(&trace)[13], "/home/ann/demo/old.o delete 2.4");
}

#[test]
fn calls_do_different_things_to_their_paths() {
    let text = r#"creat("a", 0600) = 3
openat2(AT_FDCWD, "b", {flags=O_WRONLY|O_CREAT, mode=0600, resolve=0}, 24) = 3
execveat(3</bin>, "sh", ["sh"], NULL, 0) = 0
symlink("target", "s") = 0
symlinkat("target", AT_FDCWD</x>, "t") = 0
linkat(AT_FDCWD, "a", AT_FDCWD, "l", 0) = 0
renameat2(3</d>, "a", 4</e/>, "b", RENAME_NOREPLACE) = 0
chmod("b", 0600) = 0
statx(3, "", AT_EMPTY_PATH, STATX_ALL, {stx_mask=0}) = 0
utimensat(3, NULL, NULL, 0) = 0
rename("a", "") = 0
read(3, "\"open(\\\"x\\\") = 0", 4096) = 17
unlink("gone") = -1 ENOENT (No such file or directory)
rmdir("c") = 0
execve("/bin/x", ["x"], 0x7ff /* 9 vars */) = ?
"#;
    let trace = read("strace:calls=all", text);
    let expected = [
        "a set",
        "b set",
        "/bin/sh get",
        "s set",
        "/x/t set",
        "a get",
        "l set",
        "/d/a delete",
        "/e/b set",
        "b set",
        "c delete",
    ];
    assert_eq!(rows(&trace).iter().map(|row| row.trim_end_matches(" -")).collect::<Vec<_>>(), expected);
    assert!(trace.times.is_none() && trace.sizes.is_none());
    assert_eq!(
        trace.notes[..3],
        [
            "calls that failed, left out (failed=true keeps them): 2",
            "other calls, left out (calls=all takes every call with a path): 1",
            "calls that name no path, left out: 3",
        ]
    );
    let trace = read("strace:failed=1,calls=all", text);
    assert!(rows(&trace).contains(&"gone get -".to_string()), "a name that is not there was looked up");
    assert_eq!(read("strace", text).requests(), 3);
    for wrong in ["calls=some", "failed=maybe"] {
        assert!(error(&format!("strace:{wrong}"), b"x").contains("is not valid"), "{wrong}");
    }
}

#[test]
fn interrupted_calls_are_put_together_by_process() {
    let text = r#"[pid 1] open("a",  <unfinished ...>
[pid 2] open("b", O_RDONLY <unfinished ...>
[pid 3] read(0,  <unfinished ...>
[pid 1] <... open resumed>O_RDONLY) = 3
[pid 3] <... read resumed>"x", 1) = 1
[pid 2] <... open resumed> )    = -1 ENOENT (No such file or directory)
[pid 4] <... open resumed>) = 3
[pid 5] open("lost", O_RDONLY <unfinished ...>
[pid 5] +++ killed by SIGKILL +++
[pid 6] open("other", O_RDONLY <unfinished ...>
[pid 6] <... openat resumed>) = 3
[pid 7] open("never ends", O_RDONLY <unfinished ...>
"#;
    let trace = read("strace", text);
    assert_eq!(rows(&trace), ["a get -"]);
    assert_eq!(
        trace.notes[..3],
        [
            "calls that failed, left out (failed=true keeps them): 1",
            "other calls, left out (calls=all takes every call with a path): 1",
            "calls without their beginning or their end, left out: 4",
        ]
    );
}

#[test]
fn clocks_are_of_one_kind() {
    let times = |stamps: [&str; 3]| {
        let text: String = stamps.map(|stamp| format!("{stamp} open(\"x\", O_RDONLY) = 3\n")).concat();
        load_bytes("f", text.as_bytes(), &all("strace"))
            .map(|loaded| loaded.trace.times)
            .map_err(|error| error.to_string())
    };
    assert_eq!(times(["1700000000.5", "1700000001.5", "1700000002"]), Ok(Some(vec![0, SECOND, 3 * SECOND / 2].into())));
    assert_eq!(times(["23:59:59", "00:00:01", "00:00:00.9"]), Ok(Some(vec![0, 2 * SECOND, 2 * SECOND].into())));
    assert_eq!(times(["0.000000", "0.5", "1.5"]), Ok(Some(vec![0, SECOND / 2, 2 * SECOND].into())));
    assert_eq!(
        times(["12:00:00 (+ 0.0)", "12:00:01 (+ 1.0)", "12:00:02 (+ 1.0)"]),
        Ok(Some(vec![0, SECOND, 2 * SECOND].into()))
    );
    assert_eq!(times(["", "", ""]), Ok(None));
    for mixed in [["12:00:00", "", ""], ["0.1", "1700000000", "0.1"], ["", "0.1", ""]] {
        let told = times(mixed).unwrap_err();
        assert!(told.starts_with("f:2: the time is not written as in the first line"), "{told}");
    }
}

#[test]
fn what_strace_did_not_write_is_an_error_with_its_place() {
    let told = error("strace", b"open(\"x\", O_RDONLY) = 3\nhello, world\n");
    assert!(told.starts_with("f:2: expected a call and its result") && told.contains("-o"), "{told}");
    let found = |text: &str| load_bytes("log", text.as_bytes(), &LoadOptions::default()).map(|loaded| loaded.format);
    assert_eq!(found("open(\"x\", O_RDONLY) = 3\n+++ exited with 0 +++\n").unwrap(), "strace");
    assert!(found("open(\"x\", O_RDONLY) = 3\nhello, world\n").is_err());
    assert!(found("+++ exited with 0 +++\n").is_err());
}

#[test]
fn paths_of_descriptors_may_look_like_results() {
    let text = "10 open(\"x\", O_RDONLY) = 3</tmp/a) = b>\n10 open(\"y\", O_RDONLY) = 3</tmp/a) = -1>\n";
    assert_eq!(rows(&read("strace", text)), ["x get -", "y get -"]);
}

#[test]
fn renames_at_the_end_of_a_batch_keep_their_order() {
    let two = |i| format!("open(\"o\", O_RDONLY) = 3\nrename(\"{i}\", \"{i}\") = 0\n");
    let text = (0..5000).map(two).collect::<Vec<_>>().concat();
    let trace = read("strace:calls=all", &text);
    assert_eq!((trace.requests(), trace.objects), (15_000, 5001));
    assert!(trace.ids.chunks(3).enumerate().all(|(i, ids)| ids == [0, i as u32 + 1, i as u32 + 1]));
}
