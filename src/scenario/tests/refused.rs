//! Scenarios that cannot be are refused, with the line that is to blame and what to write instead.

use super::refusal;
use crate::scenario::preset;

/// A scenario that can be; line 3 is the first of its load, line 7 the first of its level, line 10 the origin's.
const GOOD: &str = "duration = \"1h\"
[load]
keys = 10
rate = 5
[[level]]
name = \"cache\"
ttl = \"60s\"
[origin]
latency = \"100ms\"
";

/// The message for a text, in one piece.
#[track_caller]
fn refused(text: &str, parts: &[&str]) {
    let message = refusal(text, &[]).to_string();
    for part in parts {
        assert!(message.contains(part), "'{part}' is not in: {message}");
    }
    assert!(!message.contains('\u{0}'));
}

/// `GOOD` with one line replaced, or lines added after it.
#[track_caller]
fn with(line: usize, text: &str, parts: &[&str]) {
    let mut lines: Vec<&str> = GOOD.lines().collect();
    match text.strip_prefix('+') {
        Some(added) => lines.insert(line, added),
        None => lines[line - 1] = text,
    }
    refused(&(lines.join("\n") + "\n"), parts);
}

#[test]
fn the_good_one_is_good() {
    let scenario = crate::scenario::Scenario::read("test.toml", GOOD).expect("a scenario");
    assert_eq!(scenario.configurations().expect("can be").len(), 1);
}

#[test]
fn impossible_loads() {
    with(3, "keys = 0", &["test.toml:3", "'keys' is 0"]);
    with(3, "keys = 1e12", &["test.toml:3", "do not fit into memory"]);
    with(3, "keys = -1", &["test.toml:3", "keys"]);
    with(3, "keys = \"many\"", &["test.toml:3", "keys"]);
    with(4, "rate = 0", &["test.toml:4", "a rate of 0"]);
    with(4, "rate = nan", &["test.toml:4"]);
    with(4, "writes = 1.5", &["test.toml:4", "probability", "1.5"]);
    with(4, "absent = -0.1", &["test.toml:4", "probability"]);
    with(4, "alpha = -1", &["test.toml:4", "alpha"]);
    with(4, "size = \"0B\"", &["test.toml:4", "0B"]);
    with(4, "workload = \"zipff:objects=10\"", &["test.toml:4", "zipff", "did you mean 'zipf'"]);
    with(4, "arrivals = \"poison\"", &["test.toml:4", "poison"]);
    with(1, "duration = \"0s\"", &["test.toml:1", "duration"]);
    with(1, "duration = \"tomorrow\"", &["test.toml:1", "tomorrow"]);
    with(1, "", &["the clients never stop", "duration"]);
    with(1, "+warmup = \"2h\"", &["test.toml:2", "warm-up"]);
    with(1, "+window = \"1us\"", &["test.toml:2", "windows"]);
}

#[test]
fn impossible_levels() {
    with(7, "+nodes = 0", &["test.toml:8", "a level with no nodes"]);
    with(7, "+nodes = 0\nroute = \"key\"", &["test.toml:8", "a ring with no nodes"]);
    with(7, "+nodes = 1000000", &["test.toml:8", "at most 10,000"]);
    with(7, "+promote = 1.2", &["test.toml:8", "'promote' is a probability, found 1.2"]);
    with(7, "+poll = \"0s\"", &["test.toml:8", "'poll' takes no time"]);
    with(7, "+lock_ttl = \"0s\"", &["test.toml:8", "'lock_ttl' takes no time"]);
    with(7, "+polls = 0", &["test.toml:8", "'polls' is 0"]);
    with(7, "ttl = \"0s\"", &["test.toml:7", "'ttl' takes no time"]);
    with(7, "ttl = \"sixty\"", &["test.toml:7", "sixty"]);
    with(7, "+ttl_jitter = 2", &["test.toml:8", "ttl_jitter"]);
    with(7, "+ttl_share = 2", &["test.toml:8", "ttl_share"]);
    with(7, "+refresh_at = \"150%\"", &["test.toml:8", "refresh_at"]);
    with(7, "+beta = 0", &["test.toml:8", "beta"]);
    with(7, "+policy = \"lruu\"", &["test.toml:8", "lruu", "did you mean 'lru'"]);
    with(7, "+policy = \"s3-fifo:small=7\"", &["test.toml:8", "small"]);
    with(7, "+capacity = 0", &["test.toml:8", "capacity"]);
    with(7, "+capacity = \"10MiB\"", &["test.toml:8"]);
    with(7, "+bytes = true", &["test.toml:8", "'bytes' without a capacity"]);
    with(7, "+defence = \"mutexx\"", &["test.toml:8", "mutexx"]);
    with(7, "+tttl = \"1s\"", &["test.toml:8", "tttl"]);
    with(7, "+renew = true\nhttp = \"shared\"", &["test.toml:8", "no time to live to start anew"]);
    with(7, "renew = true", &["no time to live"]);
    with(7, "+flush_at = \"0s\"", &["test.toml:8", "a flush in the past"]);
    with(7, "+flush_every = \"0s\"", &["test.toml:8", "flush_every"]);
    with(7, "+http = \"shared\"", &["test.toml:8", "no content with headers"]);
    with(7, "+scheme = \"ketamaa\"", &["test.toml:8", "ketamaa", "did you mean 'ketama'"]);
    with(7, "+vnodes = 0", &["test.toml:8", "'vnodes' is 0"]);
    with(7, "+bound = 1", &["test.toml:8", "bound"]);
    with(7, "+warm = \"some\"", &["test.toml:8", "some"]);
    with(7, "+inclusion = \"exclusive\"", &["test.toml:8", "no level behind"]);
    with(6, "name = \"\"", &["test.toml:6", "name"]);
    with(6, "name = \"origin\"", &["test.toml:6", "name"]);
}

#[test]
fn impossible_topologies() {
    with(7, "+behind = \"cache\"", &["test.toml:8", "go in a circle"]);
    with(
        7,
        "+behind = \"cahce2\"\n[[level]]\nname = \"cache2\"",
        &["test.toml:8", "there is no level 'cahce2'", "did you mean 'cache2'"],
    );
    with(7, "+behind = \"b\"\n[[level]]\nname = \"b\"\nbehind = \"cache\"", &["go in a circle"]);
    with(7, "+[[level]]\nname = \"cache\"", &["test.toml:9", "two levels are called 'cache'"]);
    with(7, "+[[clients]]\nlevel = \"edge\"", &["test.toml:9", "there is no level 'edge'"]);
    with(7, "+[[clients]]\nshare = 0", &["test.toml:9", "share"]);
    with(7, "+[[clients]]\nservers = 0", &["test.toml:9", "'servers' is 0"]);
    with(7, "+inclusion = \"exclusive\"\npromote = 0.5\n[[level]]\nname = \"b\"", &["test.toml:9", "exclusive"]);
    with(7, "+[[content]]\ncache_control = \"max-age=5\"", &["no level looks at headers"]);
    with(
        7,
        "+http = \"shared\"\n[[content]]\ncache_control = \"no-store, max-age=5\"",
        &["test.toml:10", "contradict"],
    );
    with(7, "+http = \"shared\"\n[[content]]\ncache_control = \"max-age=5\"\nshare = -1", &["test.toml:11", "share"]);
    with(
        7,
        "+http = \"shared\"\n[[content]]\ncache_control = \"max-age=5\"\nvary = 0",
        &["test.toml:11", "'vary' is 0"],
    );
    refused("duration = \"1s\"\n[[level]]\nname = \"cache\"\n", &["there is no origin", "add [origin]"]);
    refused("duration = \"1s\"\n[origin\n", &["test.toml:2"]);
    with(9, "latency = \"-1s\"", &["test.toml:9", "-1s"]);
    with(9, "latency = \"gauss(1s)\"", &["test.toml:9", "gauss"]);
    with(9, "servers = 0", &["test.toml:9", "server"]);
    with(9, "errors = 2", &["test.toml:9", "probability"]);
}

/// What is wrong with a value set from outside is said of the setting, not of a line.
#[test]
fn settings_from_outside_are_named() {
    let of = |key: &str, value: &str| refusal(GOOD, &[(key, value)]).to_string();
    for (key, value) in [
        ("level.cache.promote", "3"),
        ("level.cache.policy", "lruu"),
        ("load.rate", "0"),
        ("level.cache.nodes", "0"),
        ("origin.latency", "soon"),
        ("level.cache.defence", "prayer"),
        ("level.cache.ttl", "0s"),
        ("level.cache.nonsense", "1"),
        ("duration", "-5s"),
        ("seed", "x"),
    ] {
        let message = of(key, value);
        assert!(message.contains(&format!("--set {key}={value}")), "{message}");
    }
    // One of several values.
    let message = of("level.cache.promote", "0.5,7");
    assert!(message.contains("--set level.cache.promote=0.5,7") && message.contains("found 7"), "{message}");
}

/// A short name that is nearly right has a hint.
#[test]
fn unknown_names_have_a_hint() {
    let mut scenario = preset("stampede").expect("a preset");
    let message = scenario.set("defense", "none").expect_err("no such key").to_string();
    assert!(message.contains("--set defense") && message.contains("did you mean 'defence'"), "{message}");
    let message = scenario.set("level.cash.ttl", "1s").expect_err("no such level").to_string();
    assert!(message.contains("--set level.cash.ttl"), "{message}");
    let message = preset("stampeed").expect_err("no such preset").to_string();
    assert!(message.contains("did you mean 'stampede'"), "{message}");
}
