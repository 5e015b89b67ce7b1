//! The scenarios that come with the program.

use super::document::Scenario;
use crate::core::error::closest;
use crate::core::{Error, Result};

/// A scenario that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// What the user writes.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

/// The preset of a file in `presets/`.
macro_rules! preset {
    ($name:literal) => {
        Preset { name: $name, text: include_str!(concat!("presets/", $name, ".toml")) }
    };
}

/// All of them, in the order of the list.
pub static PRESETS: &[Preset] = &[
    preset!("stampede"),
    preset!("stampede-burst"),
    preset!("xfetch-vs-lock"),
    preset!("delayed-hits"),
    preset!("cache-aside"),
    preset!("read-through"),
    preset!("write-through"),
    preset!("write-behind"),
    preset!("write-around"),
    preset!("stale-set-race"),
    preset!("refresh-ahead"),
    preset!("two-level"),
    preset!("exclusive-two-level"),
    preset!("n-app-servers"),
    preset!("pubsub-invalidation"),
    preset!("tag-invalidation"),
    preset!("versioned-keys"),
    preset!("daily-flush"),
    preset!("ring-add-node"),
    preset!("ring-remove-node"),
    preset!("cdn-three-regions"),
    preset!("browser-cdn-origin"),
    preset!("circuit-breaker"),
    preset!("cache-outage"),
    preset!("warming"),
    preset!("redis-eviction"),
    preset!("redis-vs-memcached"),
];

/// The preset of that name, read.
///
/// # Errors
/// There is none; the hint names the closest, or all.
pub fn preset(name: &str) -> Result<Scenario> {
    let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) else {
        let names = || PRESETS.iter().map(|preset| preset.name);
        let hint = match closest(name, names()) {
            Some(near) => format!("did you mean '{near}'? All: evictlab scenario list"),
            None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(Error::usage(format!("no scenario is called '{name}'")).hint(hint));
    };
    Scenario::read(&format!("{name}.toml"), preset.text)
}
