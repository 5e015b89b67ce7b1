//! The named parts that settings choose from, for lists: schemes of placement and laws of durations.

use super::law::LAWS;
use super::placement::SCHEMES;

/// A part that a setting can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What kind of part: `scheme` or `law`.
    pub kind: &'static str,
    /// What the user writes.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// How it is written.
    pub example: String,
    /// Where it comes from; empty for what is common knowledge.
    pub source: &'static str,
}

/// All of them, kind by kind.
pub fn parts() -> Vec<Part> {
    let scheme = |scheme: &&'static super::placement::SchemeInfo| {
        let more = match (scheme.takes_vnodes, scheme.takes_bound) {
            (true, true) => ", vnodes = 150, bound = 1.25",
            (true, false) => ", vnodes = 150",
            (false, true) => ", bound = 1.25",
            (false, false) => "",
        };
        let example = format!("scheme = \"{}\"{more}", scheme.name);
        Part { kind: "scheme", name: scheme.name, summary: scheme.summary, example, source: scheme.source }
    };
    let law = |law: &'static super::law::LawInfo| Part {
        kind: "law",
        name: law.name,
        summary: law.summary,
        example: format!("latency = \"{}\"", law.example),
        source: "",
    };
    SCHEMES.iter().map(scheme).chain(LAWS.iter().map(law)).collect()
}
