//! Is a scenario possible? Every reason why not, with the path of the key that is to blame.

use super::{Action, Http, Inclusion, Level, Route, Spec, WritePath};
use crate::core::error::closest;
use crate::core::{Error, Time};
use crate::registry;
use crate::scenario::measure::MOST_WINDOWS;
use crate::scenario::origin::OriginSpec;
use crate::scenario::placement::SCHEMES;
use std::sync::Arc;

/// Path of a key, and what is wrong with it.
type Wrong = (String, Error);

/// Everything that is wrong with a scenario; nothing if it can be.
pub(in crate::scenario) fn check(spec: &Spec) -> Vec<Wrong> {
    let mut wrong = Findings(Vec::new());
    load(spec, &mut wrong);
    clients(spec, &mut wrong);
    for (index, level) in spec.level.iter().enumerate() {
        self::level(spec, index, level, &mut wrong);
    }
    cycles(spec, &mut wrong);
    origin(spec, &mut wrong);
    writes(spec, &mut wrong);
    events(spec, &mut wrong);
    contents(spec, &mut wrong);
    wrong.0
}

/// What is filled in where a scenario leaves it out.
pub(in crate::scenario) fn complete(spec: &mut Spec) {
    if spec.clients.is_empty() {
        spec.clients.push(super::Clients::default());
    }
}

/// The number of the level behind level `index`; the number of levels for the origin.
pub(in crate::scenario) fn behind(levels: &[Level], index: usize) -> usize {
    match &levels[index].behind {
        None => index + 1,
        Some(name) => levels.iter().position(|level| level.name == *name).unwrap_or(levels.len()),
    }
}

/// The numbers of the levels from a group's clients to the origin.
pub(in crate::scenario) fn path(levels: &[Level], group: &super::Clients) -> Arc<[usize]> {
    let named = group.level.as_ref().and_then(|name| levels.iter().position(|level| level.name == *name));
    let known = |index: &usize| *index < levels.len();
    let next = |index: &usize| Some(behind(levels, *index)).filter(known);
    std::iter::successors(Some(named.unwrap_or(0)).filter(known), next).collect()
}

struct Findings(Vec<Wrong>);

impl Findings {
    fn add(&mut self, path: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) {
        self.0.push((path.into(), Error::usage(message).hint(hint)));
    }

    fn probability(&mut self, path: &str, value: f64) {
        if !(0.0..=1.0).contains(&value) {
            let key = path.rsplit('.').next().unwrap_or(path);
            self.add(
                path,
                format!("'{key}' is a probability, found {value}"),
                "write a number from 0 to 1, or 0% to 100%",
            );
        }
    }

    fn at_least_one(&mut self, path: &str, value: u64) {
        if value == 0 {
            let key = path.rsplit('.').next().unwrap_or(path);
            self.add(path, format!("'{key}' is 0"), "write at least 1");
        }
    }

    fn positive(&mut self, path: &str, value: Time) {
        if value == 0 {
            let key = path.rsplit('.').next().unwrap_or(path);
            self.add(path, format!("'{key}' takes no time"), "write a duration above 0, such as 10s");
        }
    }

    fn error(&mut self, path: impl Into<String>, result: crate::core::Result<()>) {
        if let Err(error) = result {
            self.0.push((path.into(), error));
        }
    }
}

fn load(spec: &Spec, wrong: &mut Findings) {
    let load = &spec.load;
    if !(load.rate > 0.0 && load.rate <= 1e9) {
        let hint = "write requests per second, above 0 and at most 1e9";
        wrong.add("load.rate", format!("a rate of {} requests per second", load.rate), hint);
    }
    if !(0.0..=100.0).contains(&load.alpha) {
        wrong.add("load.alpha", format!("'alpha' is {}", load.alpha), "write a number from 0 (all keys alike) on");
    }
    wrong.at_least_one("load.keys", load.keys);
    if load.keys > 1 << 28 {
        wrong.add("load.keys", format!("{} keys do not fit into memory", load.keys), "at most 2^28");
    }
    wrong.at_least_one("load.burst", load.burst);
    wrong.at_least_one("load.entity", u64::from(load.entity));
    wrong.positive("load.every", load.every);
    for (path, value) in [("load.writes", load.writes), ("load.absent", load.absent), ("load.reload", load.reload)] {
        wrong.probability(path, value);
    }
    if load.trace.is_some() && load.workload.is_some() {
        wrong.add("load.trace", "both a trace and a workload are named", "leave one of them out");
    }
    if let Some(workload) = &load.workload {
        wrong.error("load.workload", crate::workload::canonical(workload).map(drop));
    }
    let endless = load.trace.is_none() && load.workload.is_none() && load.arrivals != super::Arrivals::Burst;
    if endless && spec.duration.is_none() {
        wrong.add("load", "the clients never stop", "say how long: duration = \"10min\"");
    }
    if let Some(duration) = spec.duration {
        wrong.positive("duration", duration);
        if spec.warmup >= duration {
            wrong.add("warmup", "the warm-up lasts as long as the clients ask", "make it shorter than 'duration'");
        }
    }
    if let Some(window) = spec.window {
        wrong.positive("window", window);
        if window > 0 && spec.duration.is_some_and(|duration| duration / window > MOST_WINDOWS) {
            wrong.add("window", format!("more than {MOST_WINDOWS} windows"), "choose a longer 'window'");
        }
    }
}

fn clients(spec: &Spec, wrong: &mut Findings) {
    for (index, group) in spec.clients.iter().enumerate() {
        let path = |key: &str| format!("clients.{index}.{key}");
        if !(group.share > 0.0 && group.share.is_finite()) {
            wrong.add(path("share"), format!("a share of {}", group.share), "write a number above 0");
        }
        wrong.at_least_one(&path("servers"), u64::from(group.servers));
        if let Some(level) = &group.level {
            known_level(spec, &path("level"), level, false, wrong);
        }
    }
}

fn known_level(spec: &Spec, path: &str, name: &str, origin: bool, wrong: &mut Findings) {
    let names: Vec<&str> = spec.level.iter().map(|level| level.name.as_str()).collect();
    if names.contains(&name) || origin && name == "origin" {
        return;
    }
    let hint = match closest(name, names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", names.join(", ")),
    };
    wrong.add(path, format!("there is no level '{name}'"), hint);
}

fn level(spec: &Spec, index: usize, level: &Level, wrong: &mut Findings) {
    let base = format!("level.{index}");
    let path = |key: &str| format!("{base}.{key}");
    if level.name.is_empty() || level.name == "origin" {
        wrong.add(path("name"), "a level needs a name of its own", "add name = \"cache\"");
    }
    if spec.level[..index].iter().any(|other| other.name == level.name) {
        wrong.add(path("name"), format!("two levels are called '{}'", level.name), "give one of them another name");
    }
    let nodes = u64::from(level.nodes);
    if nodes == 0 {
        let what = if level.route == Route::Key { "a ring with no nodes" } else { "a level with no nodes" };
        wrong.add(path("nodes"), what, "write nodes = 1 or more");
    }
    if nodes > 10_000 {
        wrong.add(path("nodes"), format!("{nodes} nodes"), "at most 10,000");
    }
    policy(&path("policy"), level, wrong);
    if level.bytes && level.capacity.is_none() {
        wrong.add(path("bytes"), "'bytes' without a capacity", "add capacity = \"64MiB\"");
    }
    if let Some(capacity) = &level.capacity {
        wrong.error(path("capacity"), capacity.resolve(level.bytes, 1, 1).map(drop));
    }
    for (key, value) in [("lock_ttl", level.lock_ttl), ("poll", level.poll)] {
        wrong.positive(&path(key), value);
    }
    for (key, value) in [("ttl", level.ttl), ("negative_ttl", level.negative_ttl), ("flush_every", level.flush_every)] {
        if let Some(value) = value {
            wrong.positive(&path(key), value);
        }
    }
    if level.flush_at == Some(0) {
        wrong.add(path("flush_at"), "a flush in the past", "the first request comes at 0; write a later time");
    }
    wrong.at_least_one(&path("polls"), u64::from(level.polls));
    for (key, value) in [
        ("promote", level.promote),
        ("refresh_at", level.refresh_at),
        ("ttl_jitter", level.ttl_jitter),
        ("ttl_share", level.ttl_share),
    ] {
        wrong.probability(&path(key), value);
    }
    if !(level.beta > 0.0 && level.beta.is_finite()) {
        wrong.add(path("beta"), format!("'beta' is {}", level.beta), "write a number above 0; the paper's is 1");
    }
    if let Some(name) = &level.behind {
        known_level(spec, &path("behind"), name, true, wrong);
    }
    if level.inclusion != Inclusion::Nine && behind(&spec.level, index) >= spec.level.len() {
        wrong.add(path("inclusion"), "there is no level behind it", "leave 'inclusion' out, or add a level");
    }
    if level.inclusion == Inclusion::Exclusive && level.promote < 1.0 {
        let hint = "leave out 'promote', or choose inclusion = \"nine\"";
        wrong.add(
            path("promote"),
            "an exclusive level takes what it asks for: the level behind has given it away",
            hint,
        );
    }
    if level.renew && (level.ttl.is_none() || level.http != Http::Off) {
        wrong.add(path("renew"), "there is no time to live to start anew", "add ttl = \"10min\", without 'http'");
    }
    sharding(level, &path, wrong);
    if let Some(breaker) = level.breaker.settings() {
        wrong.error(path("breaker"), breaker.validate());
    }
}

fn sharding(level: &Level, path: &dyn Fn(&str) -> String, wrong: &mut Findings) {
    if SCHEMES.iter().all(|scheme| scheme.name != level.scheme) {
        let names: Vec<&str> = SCHEMES.iter().map(|scheme| scheme.name).collect();
        let hint = match closest(&level.scheme, names.iter().copied()) {
            Some(near) => format!("did you mean '{near}'? There are: {}", names.join(", ")),
            None => format!("there are: {}", names.join(", ")),
        };
        wrong.add(path("scheme"), format!("there is no scheme '{}'", level.scheme), hint);
    }
    wrong.at_least_one(&path("vnodes"), u64::from(level.vnodes));
    if !(level.bound > 1.0 && level.bound.is_finite()) {
        wrong.add(
            path("bound"),
            format!("a bound of {}", level.bound),
            "write how much above the mean a node may be: 1.25",
        );
    }
}

fn policy(path: &str, level: &Level, wrong: &mut Findings) {
    match registry::parse_list(&level.policy) {
        Ok(specs) if specs.len() == 1 => {}
        Ok(_) => {
            wrong.add(path, "a level has one policy", "write a list to compare several: policy = [\"lru\", \"sieve\"]");
        }
        Err(error) => wrong.0.push((path.to_owned(), error)),
    }
}

/// Every chain of levels must end at the origin.
fn cycles(spec: &Spec, wrong: &mut Findings) {
    for index in 0..spec.level.len() {
        let mut at = index;
        for _ in 0..spec.level.len() {
            if at < spec.level.len() {
                at = behind(&spec.level, at);
            }
        }
        if at < spec.level.len() {
            let name = &spec.level[index].name;
            let hint = "let every chain of levels end at the origin: behind = \"origin\"";
            wrong.add(format!("level.{index}.behind"), format!("the levels behind '{name}' go in a circle"), hint);
            return;
        }
    }
}

fn origin(spec: &Spec, wrong: &mut Findings) {
    let Some(origin) = &spec.origin else {
        return wrong.add("origin", "there is no origin", "add [origin] with latency = \"100ms\"");
    };
    let station = OriginSpec {
        latency: origin.latency,
        servers: origin.servers,
        sharing: origin.discipline == super::Discipline::Sharing,
        queue: origin.queue,
    };
    wrong.error("origin.servers", station.check());
    wrong.probability("origin.errors", origin.errors);
    if let Some(timeout) = origin.timeout {
        wrong.positive("origin.timeout", timeout);
    }
}

fn writes(spec: &Spec, wrong: &mut Findings) {
    let write = &spec.write;
    wrong.probability("write.rollback", write.rollback);
    wrong.at_least_one("write.batch", u64::from(write.batch));
    wrong.at_least_one("write.workers", u64::from(write.workers));
    if write.rollback > 0.0 && write.path == WritePath::WriteBehind {
        let hint = "choose a path whose clients wait for the origin, such as \"write-through-in-transaction\"";
        wrong.add("write.rollback", "a write-behind has no transaction that could be rolled back", hint);
    }
    if write.full == Some(0) {
        wrong.add("write.full", "'full' is 0", "write at least 1");
    }
    wrong.probability("invalidation.loss", spec.invalidation.loss);
    wrong.at_least_one("invalidation.tracked_keys", spec.invalidation.tracked_keys);
    let shared = |level: &Level| level.nodes == 1 || level.route == Route::Key;
    if spec.invalidation.versioned && !spec.level.last().is_some_and(shared) {
        let hint = "give the last level one node, or route = \"key\"";
        wrong.add("invalidation.versioned", "there is no shared cache for the pointers", hint);
    }
    if spec.invalidation.versioned && spec.content.iter().any(|content| content.vary > 1) {
        wrong.add("invalidation.versioned", "versions and variants at once", "leave out 'versioned' or 'vary'");
    }
    if spec.level.is_empty() && write.path == WritePath::WriteBehind {
        wrong.add("write.path", "there is no cache to write to", "add a [[level]]");
    }
}

fn events(spec: &Spec, wrong: &mut Findings) {
    for (index, event) in spec.event.iter().enumerate() {
        let path = |key: &str| format!("event.{index}.{key}");
        if spec.duration.is_some_and(|duration| event.at > duration) {
            wrong.add(path("at"), "it happens after the clients have stopped", "choose a time below 'duration'");
        }
        let of_origin = matches!(event.action, Action::OriginDown | Action::OriginUp);
        if of_origin {
            continue;
        }
        if let Some(level) = &event.level {
            known_level(spec, &path("level"), level, event.action == Action::Slow, wrong);
        }
        let at = event.level.as_ref().map_or(Some(0), |name| spec.level.iter().position(|level| level.name == *name));
        let Some(level) = at.and_then(|at| spec.level.get(at)) else {
            if event.level.is_none() {
                wrong.add(path("action"), "there is no level that it could happen to", "add a [[level]]");
            }
            continue;
        };
        if matches!(event.action, Action::AddNode | Action::RemoveNode) && level.route != Route::Key {
            let hint = "write route = \"key\" in the level, so that keys have nodes";
            wrong.add(path("action"), format!("'{}' is not sharded", level.name), hint);
        }
        let joined = |other: &super::Event| {
            other.action == Action::AddNode && other.level == event.level && other.at <= event.at && other != event
        };
        let added = spec.event.iter().filter(|other| joined(other)).count() as u32;
        if event.node >= level.nodes + added {
            let last = (level.nodes + added).saturating_sub(1);
            let message = format!("'{}' has no node {}", level.name, event.node);
            wrong.add(path("node"), message, format!("by then its nodes are 0 to {last}"));
        }
        if event.action == Action::RemoveNode && level.scheme == "jump" && event.node + 1 != level.nodes + added {
            wrong.add(
                path("node"),
                "jump hashing can only lose its last node",
                "remove the last node, or choose another scheme",
            );
        }
        if event.action == Action::RemoveNode && level.nodes + added <= 1 {
            wrong.add(path("action"), "nothing would be left", "give the level more nodes");
        }
        if !(event.factor > 0.0 && event.factor.is_finite()) {
            wrong.add(path("factor"), format!("a factor of {}", event.factor), "write a number above 0");
        }
    }
}

fn contents(spec: &Spec, wrong: &mut Findings) {
    for (index, content) in spec.content.iter().enumerate() {
        if !(content.share > 0.0 && content.share.is_finite()) {
            let path = format!("content.{index}.share");
            wrong.add(path, format!("a share of {}", content.share), "write a number above 0");
        }
        wrong.at_least_one(&format!("content.{index}.vary"), u64::from(content.vary));
    }
    if spec.content.len() > 200 {
        wrong.add("content", "more than 200 kinds of content", "put some of them together");
    }
    let web = spec.level.iter().position(|level| level.http != Http::Off);
    match (web, spec.content.is_empty()) {
        (Some(index), true) => {
            let hint = "add [[content]] with cache_control = \"public, max-age=300\"";
            wrong.add(format!("level.{index}.http"), "there is no content with headers", hint);
        }
        (None, false) => {
            wrong.add("content", "no level looks at headers", "write http = \"shared\" or \"browser\" in a level");
        }
        _ => {}
    }
}
