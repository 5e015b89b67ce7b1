//! Values of a scenario's settings that are written as text: durations, laws, sizes, headers.

use crate::core::{Error, Result, Time, quantity};
use crate::replay::Capacity;
use crate::scenario::http::Control;
use crate::scenario::law::Law;
use serde::de::{Deserialize, Deserializer, Error as _};

fn parsed<'de, D: Deserializer<'de>, T>(from: D, read: impl Fn(&str) -> Result<T>) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    read(text.trim()).map_err(D::Error::custom)
}

/// `none` and `off` are no value.
fn optional<T>(read: impl Fn(&str) -> Result<T>) -> impl Fn(&str) -> Result<Option<T>> {
    move |text| match text {
        "none" | "off" | "never" => Ok(None),
        text => read(text).map(Some),
    }
}

pub(super) fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
    parsed(from, quantity::duration)
}

pub(super) fn some_span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Time>, D::Error> {
    parsed(from, optional(quantity::duration))
}

pub(super) fn law<'de, D: Deserializer<'de>>(from: D) -> Result<Law, D::Error> {
    parsed(from, Law::parse)
}

pub(super) fn some_law<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Law>, D::Error> {
    parsed(from, optional(Law::parse))
}

pub(super) fn control<'de, D: Deserializer<'de>>(from: D) -> Result<Control, D::Error> {
    parsed(from, Control::parse)
}

pub(super) fn some_control<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Control>, D::Error> {
    parsed(from, optional(Control::parse))
}

pub(super) fn some_capacity<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Capacity>, D::Error> {
    parsed(from, optional(Capacity::parse))
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) struct Size(pub(in crate::scenario) u32);

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = |text: &str| {
            let (bytes, _) = quantity::bytes(text)?;
            let size = u32::try_from(bytes).ok().filter(|&size| size > 0);
            size.map(Size).ok_or_else(|| Error::usage(format!("'{text}' is not between 1 B and 4 GiB")))
        };
        parsed(from, read)
    }
}

/// A number of keys, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::scenario) struct Keys(pub(in crate::scenario) u64);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parsed(from, |text| if text == "all" { Ok(Keys(u64::MAX)) } else { quantity::count(text).map(Keys) })
    }
}
