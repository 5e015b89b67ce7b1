//! Scenarios that cannot be are refused, with file, line and reason.

use super::refusal;

/// A scenario that can be, with places for what cannot.
fn text(top: &str, level: &str, origin: &str, rest: &str) -> String {
    format!("duration = \"1min\"\n{top}\n[[level]]\nname = \"cache\"\n{level}\n[origin]\n{origin}\n{rest}\n")
}

#[track_caller]
fn refused(text: &str, line: usize, words: &[&str]) {
    let error = refusal(text, &[]).to_string();
    assert!(error.contains(&format!("test.toml:{line}")), "line {line} of\n{text}\n{error}");
    for word in words {
        assert!(error.contains(word), "'{word}' is missing in: {error}");
    }
}

#[test]
fn levels_that_cannot_be() {
    for (level, words) in [
        ("lock_ttl = \"0s\"", ["lock_ttl", "no time"]),
        ("poll = \"0s\"", ["poll", "no time"]),
        ("ttl = \"0s\"", ["ttl", "no time"]),
        ("flush_at = \"0s\"", ["flush", "past"]),
        ("flush_every = \"0s\"", ["flush_every", "no time"]),
        ("nodes = 0", ["no nodes", "nodes = 1"]),
        ("capacity = 0", ["capacity", "0"]),
        ("promote = 1.5", ["promote", "probability"]),
        ("breaker.kind = \"fuse\"", ["fuse", "consecutive"]),
        ("breaker = { kind = \"consecutive\", failures = 0 }", ["failures", "1 to"]),
        ("breaker = { kind = \"sliding-window\", failure_rate = 2 }", ["failure", "100"]),
        ("behind = \"nowhere\"", ["nowhere", "no level"]),
    ] {
        refused(&text("", level, "", ""), 5, &words);
    }
}

#[test]
fn origins_that_cannot_be() {
    for (origin, words) in [
        ("servers = 0", ["at least 1 server", "found 0"]),
        ("discipline = \"sharing\"", ["share unlimited servers", "servers"]),
        ("queue = 10", ["nobody queues", "servers"]),
        ("timeout = \"0s\"", ["timeout", "no time"]),
        ("errors = 1.2", ["errors", "probability"]),
        ("errors = -0.1", ["errors", "probability"]),
        ("latency = \"fast\"", ["fast", "latency"]),
        ("retries = -1", ["-1", "retries"]),
    ] {
        let text = text("", "", origin, "");
        let line = if words[0].contains("server") || words[0].contains("queues") { 6..=7 } else { 7..=7 };
        let error = refusal(&text, &[]).to_string();
        assert!(line.into_iter().any(|line| error.contains(&format!("test.toml:{line}"))), "{error}");
        assert!(words.iter().all(|word| error.contains(word)), "{words:?} in {error}");
    }
    let error = refusal("duration = \"1min\"\n[[level]]\nname = \"cache\"\n", &[]).to_string();
    assert!(error.contains("no origin"), "{error}");
}

#[test]
fn writes_that_cannot_be() {
    for (write, words) in [
        ("rollback = 2", ["rollback", "probability"]),
        ("batch = 0", ["batch", "0"]),
        ("workers = 0", ["workers", "0"]),
        ("full = 0", ["full", "0"]),
        ("path = \"write-back\"", ["write-back", "write-behind"]),
        ("interval = \"soon\"", ["soon", "interval"]),
    ] {
        refused(&text("", "", "", &format!("[write]\n{write}")), 9, &words);
    }
    let behind = "[write]\nrollback = 0.1\npath = \"write-behind\"";
    refused(&text("", "", "", behind), 9, &["no transaction", "write-through"]);
    let bare = "duration = \"1min\"\n[origin]\n[write]\npath = \"write-behind\"\n";
    refused(bare, 4, &["no cache", "[[level]]"]);
    refused(&text("[load]\nwrites = 1.5", "", "", ""), 3, &["writes", "probability"]);
}

#[test]
fn invalidations_that_cannot_be() {
    for (invalidation, words) in [
        ("loss = 1.01", ["loss", "probability"]),
        ("loss = nan", ["loss", "number"]),
        ("tracked_keys = 0", ["tracked_keys", "0"]),
        ("publish = \"multicast\"", ["multicast", "pub-sub"]),
        ("delay = \"-1s\"", ["-1s", "delay"]),
        ("tags = -3", ["-3", "tags"]),
    ] {
        refused(&text("", "", "", &format!("[invalidation]\n{invalidation}")), 9, &words);
    }
    let local = text("", "nodes = 3", "", "[invalidation]\nversioned = true");
    refused(&local, 9, &["no shared cache", "route"]);
}

#[test]
fn events_that_cannot_be() {
    let event = |level: &str, event: &str| text("", level, "", &format!("[[event]]\n{event}"));
    refused(&event("", "at = \"2min\""), 9, &["stopped", "duration"]);
    refused(&event("", "node = 1"), 9, &["no node 1"]);
    refused(&event("", "level = \"cahce\""), 9, &["no level 'cahce'", "did you mean 'cache'"]);
    refused(&event("", "level = \"origin\""), 9, &["no level 'origin'"]);
    refused(&event("", "action = \"add-node\""), 9, &["not sharded", "route"]);
    refused(&event("", "action = \"remove-node\""), 9, &["not sharded", "route"]);
    refused(&event("route = \"key\"", "action = \"remove-node\""), 9, &["nothing would be left"]);
    refused(
        &event("route = \"key\"\nnodes = 3\nscheme = \"jump\"", "action = \"remove-node\"\nnode = 0"),
        12,
        &["last node"],
    );
    refused(&event("", "action = \"slow\"\nfactor = 0"), 10, &["factor"]);
    refused(&event("", "action = \"explode\""), 9, &["explode", "crash"]);
    // The node comes only later.
    let early = "at = \"10s\"\nnode = 2\n[[event]]\nat = \"20s\"\naction = \"add-node\"";
    refused(&event("route = \"key\"\nnodes = 2", early), 11, &["no node 2"]);
    let late = "at = \"30s\"\nnode = 2\n[[event]]\nat = \"20s\"\naction = \"add-node\"";
    let fine = event("route = \"key\"\nnodes = 2", late);
    assert_eq!(super::rows(&fine, &[("load.rate", "10")]).len(), 1);
    refused("duration = \"1min\"\n[origin]\n[[event]]\naction = \"crash\"\n", 4, &["no level"]);
}

#[test]
fn an_event_after_the_end_of_a_workload_is_no_run() {
    let text = "[load]\nworkload = \"zipf:objects=10,requests=100\"\nrate = 10\n[[level]]\nname = \"cache\"\n[origin]\n\
                [[event]]\nat = \"1h\"\n";
    let scenario = super::Scenario::read("test.toml", text).unwrap();
    let error =
        super::run(&scenario.configurations().unwrap()[0], None).expect_err("it would never happen").to_string();
    assert!(error.contains("3600 s"), "{error}");
}
