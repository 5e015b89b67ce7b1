//! Arguments that make no sense: one message that says what is wrong and what to do, and nothing that looks like a result.

use crate::command::{Place, Ran};
use evictlab::policies::POLICIES;

/// A run that failed as it should.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) ran: Ran,
}

impl Problem {
    /// It ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.ran.code, Some(code), "evictlab {}\n{}", self.ran.args, self.ran.stderr);
        self
    }

    /// The message has these words.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.ran.stderr.contains(words), "evictlab {} says no '{words}':\n{}", self.ran.args, self.ran.stderr);
        self
    }
}

/// Runs the program, which must fail: with one message that helps, without a panic, with no row that is ok.
#[track_caller]
pub(crate) fn fails(place: &Place, args: &str) -> Problem {
    let ran = place.run(args);
    check(&ran);
    Problem { ran }
}

#[track_caller]
fn check(ran: &Ran) {
    let Ran { args, code, stdout, stderr } = ran;
    assert!(matches!(code, Some(1..=3)), "evictlab {args} ends with {code:?}\n{stderr}");
    assert!(!stderr.contains("panicked"), "evictlab {args}\n{stderr}");
    let errors = stderr.lines().filter(|line| line.starts_with("error:")).count();
    assert!(errors == 1, "evictlab {args} has {errors} messages\n{stderr}");
    // What to do, what was expected, or where to read more.
    let helps = ["hint:", "expected", "must be", "For more information", "given twice", "never closed"];
    assert!(helps.iter().any(|help| stderr.contains(help)), "evictlab {args} does not help:\n{stderr}");
    assert!(!stdout.contains(",ok,"), "evictlab {args} has a result:\n{stdout}");
    let message = stderr.lines().find(|line| line.starts_with("error:")).unwrap();
    for inner in ["os error", "ParseIntError", "Utf8Error", "Some(", "Err(", "None"] {
        assert!(!message.contains(inner), "evictlab {args} speaks of '{inner}': {message}");
    }
}

fn place() -> Place {
    Place::with(&[("ok.txt", b"1\n2\n1\n"), ("timed.csv", b"time,id\n0,1\n1,2\n")])
}

#[test]
fn policies_that_do_not_exist() {
    let place = place();
    for (policy, said) in [
        ("lur", "did you mean 'lru'"),
        ("nonesuch", "there are: lru"),
        ("lru,lfuu", "did you mean 'lfu'"),
        ("lru:x=1", "no parameter 'x'"),
        ("s3-fifo:smal=0.1", "did you mean 'small'"),
        ("s3-fifo:small", "small"),
        ("s3-fifo:small=x", "small=x"),
        ("s3-fifo:small=nan", "small=nan"),
        ("s3-fifo:small=", "small="),
        ("small=0.1", "belongs to no policy"),
        (",", "no policy"),
        ("lru;fifo", "lru;fifo"),
        ("\u{1F5D1}", "\u{1F5D1}"),
    ] {
        fails(&place, &format!("run --trace ok.txt --capacity 2 --format csv --policy {policy}")).code(2).says(said);
    }
}

/// A value out of range is a usage error, or a cell that failed.
#[test]
fn parameters_out_of_range() {
    let place = place();
    for policy in [
        "s3-fifo:small=2",
        "s3-fifo:small=-1",
        "s3-fifo:ghost=1e300",
        "clock:bits=0",
        "clock:bits=99",
        "slru:segments=0",
        "slru:segments=1000000",
        "two-q:in=-1",
        "two-q:out=1e300",
        "lfu:history=both",
        "w-tiny-lfu:sample=1e18",
        "w-tiny-lfu:window=7",
        "lirs:history=1e300",
        "lirs:hir=2",
        "s3-fifo:fill=maybe",
    ] {
        let told = fails(&place, &format!("run --trace ok.txt --capacity 2 --format csv --policy {policy}"));
        assert!(matches!(told.ran.code, Some(2 | 3)), "{policy}");
        told.says(policy.split(':').next().unwrap());
        told.says(policy.split([':', '=']).nth(1).unwrap());
    }
}

#[test]
fn capacities_that_make_no_sense() {
    let place = place();
    for capacity in [
        "0",
        "-3",
        "1e30",
        "101%",
        "0%",
        "-1%",
        "nan%",
        "inf",
        "nan",
        "nonsense",
        "1.5",
        "64MiB",
        "0MiB",
        "5parsecs",
        ",",
        "10,,0",
        "log:1..5",
        "log:5..1:3",
        "log:1%..5:3",
        "log:0..5:3",
        "log:1..5:99999999",
        "log:",
        "1%%",
        "%",
        "MiB",
        "99999999999999999999",
        "18446744073709551616",
    ] {
        let told =
            fails(&place, &format!("run --trace ok.txt --policy all --format csv --capacity {capacity}")).code(2);
        assert!(told.ran.stdout.is_empty(), "{capacity}");
    }
}

#[test]
fn workloads_that_make_no_sense() {
    let place = place();
    for (workload, said) in [
        ("zpif", "did you mean 'zipf'"),
        ("zipf:alpha=-1", "alpha"),
        ("zipf:alpha=nan", "alpha"),
        ("zipf:objects=0", "objects"),
        ("zipf:objects=-5", "objects"),
        ("zipf:objects=1e30", "objects"),
        ("zipf:objects=1e13,requests=10", "objects"),
        ("zipf:requests=0", "requests"),
        ("zipf:requests=1e18", "requests"),
        ("zipf:bogus=1", "bogus"),
        ("zipf:alpha=1,alpha=2", "alpha"),
        ("zipf:alpha", "alpha"),
        ("mix", "parts"),
        ("mix:parts=()", "parts"),
        ("mix:parts=(0*zipf)", "weight"),
        ("mix:parts=(zipf", "("),
        ("hotspot:p=2", "p"),
        ("zipf:size=lognormal", "lognormal"),
        ("zipf:size=0", "size"),
        ("zipf:size=parteo(1,2)", "parteo"),
        ("zipf:ttl=0", "ttl"),
        ("zipf:arrivals=poisson(0)", "rate"),
        ("drift:period=0", "period"),
        ("loop:objects=0", "objects"),
    ] {
        let name = format!("'{workload}'");
        fails(&place, &format!("run --workload {workload} --policy lru --capacity 2 --format csv"))
            .code(2)
            .says(said)
            .says(&name);
        fails(&place, &format!("trace generate --workload {workload} --output t.txt")).code(2).says(said);
    }
    assert_eq!(place.names(), ["ok.txt", "timed.csv"]);
}

#[test]
fn options_of_a_run_that_make_no_sense() {
    let place = place();
    for options in [
        "--threads 0",
        "--threads -1",
        "--threads two",
        "--rate 0",
        "--rate nan",
        "--rate inf",
        "--sample 0",
        "--sample 2",
        "--sample nan",
        "--sample -0.5",
        "--window 0 --windows-output w.csv",
        "--window 5",
        "--windows-output w.csv",
        "--window soon --windows-output w.csv",
        "--ttl 0",
        "--ttl soon",
        "--ttl 1e300",
        "--ttl-mode never",
        "--warmup 100%",
        "--warmup soon",
        "--skip -1",
        "--skip x",
        "--limit 0",
        "--from 5 --until 2",
        "--until 0",
        "--from 1h",
        "--repetitions 0",
        "--size bytes",
        "--size kilo",
        "--operations look-aside",
        "--operations none",
        "--seed -1",
        "--seed x",
        "--oversize maybe",
        "--size-change never",
        "--format xml",
        "--output",
        "--frobnicate",
        "--trace-format nope",
        "--trace-format csvv",
        "--trace-format csv:bogus=1",
        "--trace-format csv:id=nope",
        "--trace-format csv:id=0",
        "--trace-format csv:id=1,id=2",
        "--trace-format txt:ids=maybe",
        "--trace-format arc:expand=perhaps",
        "--trace-format",
    ] {
        fails(&place, &format!("run --trace ok.txt --policy lru --capacity 1 --format csv {options}")).code(2);
    }
    for filter in ["--skip 1", "--limit 5", "--from 1s", "--until 9s", "--sample 0.5"] {
        fails(&place, &format!("run --workload loop:objects=3 --policy lru --capacity 1 {filter}")).code(2);
    }
    assert_eq!(place.names(), ["ok.txt", "timed.csv"]);
}

#[test]
fn verbs_that_do_not_exist_or_lack_something() {
    let place = place();
    for args in [
        "rnu",
        "--frobnicate",
        "run",
        "run --trace ok.txt",
        "run --trace ok.txt --policy lru",
        "run --policy lru --capacity 1",
        "trace bogus",
        "trace info",
        "trace analyze",
        "trace head",
        "trace head ok.txt -n x",
        "trace generate",
        "trace generate --output x.txt",
        "trace generate --workload zipf",
        "policies lur",
        "completions",
        "completions foo",
        "plot",
        "formats extra",
        "demo --threads 0",
        "demo --output ok.txt",
        "verify --threads 0",
        "help",
    ] {
        fails(&place, args).code(2);
    }
}

#[test]
fn places_that_cannot_be_written() {
    let place = place();
    let generate = "trace generate --workload zipf:objects=10,requests=5";
    fails(&place, &format!("{generate} --output ok.txt")).code(2).says("ok.txt").says("--force");
    fails(&place, &format!("{generate} --output x.foo")).code(2).says("x.foo");
    fails(&place, &format!("{generate} --output x.csv --trace-format lirs")).code(2).says("lirs");
    fails(&place, &format!("{generate} --output missing/x.txt")).code(1).says("missing/x.txt");
    fails(&place, &format!("{generate} --output /proc/x.txt")).code(1).says("/proc/x.txt");
    let run = "run --trace ok.txt --policy lru --capacity 1 --format csv";
    fails(&place, &format!("{run} --output /proc/x.csv")).code(1).says("/proc/x.csv");
    fails(&place, &format!("{run} --output ok.txt/x.csv")).code(1).says("ok.txt/x.csv");
    fails(&place, &format!("{run} --output x.parrot")).code(2).says("x.parrot");
    fails(&place, &format!("{run} --output .")).code(2);
    fails(&place, &format!("{run} --output x.csv --windows-output x.csv --window 1 --force")).code(2).says("one file");
    fails(&place, "demo --output ok.txt/demo").code(1);
    assert_eq!(place.names(), ["ok.txt", "timed.csv"]);
}

#[test]
fn results_that_are_none() {
    let place = place();
    place.write("r.csv", "policy,capacity,hit_ratio\nlru,1,0.5\nlru,zwei,0.5\n");
    place.write("short.csv", "policy,capacity,hit_ratio\nlru,1\n");
    place.write("head.csv", "policy,capacity,hit_ratio\n");
    place.write("fine.csv", "policy,capacity,hit_ratio\nlru,1,0.5\nlru,9,0.6\n");
    place.write("empty.csv", "");
    fails(&place, "plot missing.csv").code(1).says("missing.csv");
    fails(&place, "plot ok.txt").code(1).says("ok.txt:1");
    fails(&place, "plot empty.csv").code(1).says("empty.csv");
    fails(&place, "plot head.csv").code(1).says("head.csv");
    fails(&place, "plot r.csv").code(1).says("r.csv:3");
    fails(&place, "plot short.csv").code(1).says("short.csv:2");
    fails(&place, "plot fine.csv r.csv --output x.svg").code(1).says("r.csv:3");
    fails(&place, "plot fine.csv --output x.jpg").code(2).says("x.jpg");
    fails(&place, "plot fine.csv --figure pie").code(2).says("pie");
    fails(&place, "plot fine.csv --paper-size a0").code(2).says("a0");
    fails(&place, "plot fine.csv --y beauty").code(2);
    fails(&place, "plot fine.csv --output missing/x.svg").code(1).says("missing/x.svg");
    assert!(!place.names().iter().any(|name| name.contains(".svg")), "{:?}", place.names());
    place.run("plot fine.csv").done();
}

/// One bad cell is a failed row; the others are replayed.
#[test]
fn a_bad_cell_does_not_spoil_the_others() {
    let place = Place::with(&[("t.csv", b"id,size\n1,9\n2,9\n1,9\n3,90\n")]);
    let names: Vec<&str> = POLICIES.iter().map(|unit| unit.entry.info.name).collect();
    let run = format!("run --trace t.csv --size bytes --oversize error --format csv --policy {}", names.join(","));
    let ran = place.run(&format!("{run} --capacity 18,1000")).ended(3);
    let rows = ran.rows();
    assert_eq!(rows.len(), 2 * names.len());
    for row in rows {
        let fits = row["capacity"] == "1000";
        assert_eq!(row["status"], if fits { "ok" } else { "failed" });
        assert_eq!((row["error"].is_empty(), row["hits"].as_str()), (fits, if fits { "1" } else { "0" }));
    }
}
