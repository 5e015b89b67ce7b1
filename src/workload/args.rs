//! The parameters of a workload in a spec: what was given, what is the default, and the canonical text of both.

use super::arrivals::Arrivals;
use super::law::{Law, Unit};
use super::plan::Role;
use super::text::Text;
use super::{Workload, find};
use crate::core::error::closest;
use crate::core::{Error, Result, quantity};
use crate::trace::Trace;
use std::ops::RangeInclusive;

/// A parameter of a workload or an argument of a law, for people and for the reader of specs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// What is written before the `=`; for a law, the name of the position.
    pub name: &'static str,
    /// The value where it is left out, as it would be written; empty where it must be given.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

/// `objects`, for workloads that draw from a fixed population.
pub(super) const OBJECTS: Param = Param { name: "objects", default: "1e5", help: "number of objects to draw from" };
/// `requests`.
pub(super) const REQUESTS: Param = Param { name: "requests", default: "1e6", help: "number of requests" };
/// `scramble`.
pub(super) const SCRAMBLE: Param = Param {
    name: "scramble",
    default: "true",
    help: "ranks are mapped to keys by a seeded permutation; false: key = rank, the most popular is 0",
};
/// `size`.
pub(super) const SIZE: Param =
    Param { name: "size", default: "none", help: "law of the objects' sizes, as in lognormal(4KiB,1.5)" };
/// `ttl`.
pub(super) const TTL: Param =
    Param { name: "ttl", default: "none", help: "law of the objects' times to live, as in uniform(60s,600s)" };
/// `arrivals`.
pub(super) const ARRIVALS: Param =
    Param { name: "arrivals", default: "none", help: "law of the request times, as in poisson(1000)" };

/// The most objects of a workload that keeps a table of them (8 bytes each and more).
pub(super) const MAX_TABLE: u64 = 1 << 28;
/// The most keys a trace can have.
pub(super) const MAX_KEYS: u64 = Trace::MAX_REQUESTS as u64;

/// One parameter in canonical form.
struct Canonical {
    /// The part that decides the order of requests; `None` for laws, which must not.
    order: Option<String>,
    full: String,
}

/// The arguments of one workload in a spec.
pub(super) struct Args<'a> {
    workload: &'static Workload,
    name: Text<'a>,
    role: Role,
    given: Vec<(&'static str, Text<'a>)>,
    canonical: Vec<(&'static str, Canonical)>,
}

impl<'a> Args<'a> {
    /// Reads `name`, `name(k=v,...)` or, for a whole spec, `name:k=v,...`.
    pub(super) fn read(text: Text<'a>, role: Role) -> Result<Self> {
        let (name, inside) = match text.split_once(b':') {
            Some((name, _)) if role != Role::Whole => {
                return Err(text
                    .error(format!("'{}' is not a workload with its parameters", text.as_str()))
                    .hint(format!("inside a mix or sequence write {}(name=value,...)", name.as_str())));
            }
            Some((name, inside)) => (name, Some(inside)),
            None => text.call()?,
        };
        let workload = find(name.as_str()).map_err(|e| name.place(e))?;
        let mut args = Self { workload, name, role, given: Vec::new(), canonical: Vec::new() };
        if let Some(inside) = inside
            && !inside.as_str().is_empty()
        {
            for piece in inside.split(b',') {
                args.give(piece)?;
            }
        }
        Ok(args)
    }

    /// Takes one `name=value`.
    fn give(&mut self, piece: Text<'a>) -> Result<()> {
        let names: Vec<&str> = self.workload.params.iter().map(|p| p.name).collect();
        let takes = format!("{} takes {}", self.workload.name, names.join(", "));
        let Some((name, value)) = piece.split_once(b'=') else {
            return Err(piece.error(format!("expected name=value, found '{}'", piece.as_str())).hint(takes));
        };
        let Some(&known) = names.iter().find(|&&n| n == name.as_str()) else {
            let hint = match closest(name.as_str(), names.iter().copied()) {
                Some(near) => format!("did you mean '{near}'? {takes}"),
                None => takes,
            };
            return Err(name.error(format!("{} has no parameter '{}'", self.workload.name, name.as_str())).hint(hint));
        };
        let misplaced = match (self.role, known) {
            (Role::Part | Role::Share(_), "arrivals") => Some("arrivals belong to the whole, not to a part"),
            (Role::Share(_), "requests") => Some("the requests of a mix belong to the whole; a part has a weight"),
            _ => None,
        };
        if let Some(why) = misplaced {
            return Err(name.error(why).hint("write it beside 'parts=(...)', or use a sequence"));
        }
        if value.as_str().is_empty() {
            return Err(piece.error(format!("'{known}' has no value")));
        }
        if self.given.iter().any(|(n, _)| *n == known) {
            return Err(name.error(format!("'{known}' is given twice")));
        }
        self.given.push((known, value));
        Ok(())
    }

    /// The workload these arguments are for.
    pub(super) fn workload(&self) -> &'static Workload {
        self.workload
    }

    /// The role of the workload in the spec.
    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// The text of a parameter, or its default.
    ///
    /// # Errors
    /// It has no default and was not given.
    pub(super) fn text(&self, name: &'static str) -> Result<Text<'a>> {
        if let Some((_, text)) = self.given.iter().find(|(n, _)| *n == name) {
            return Ok(*text);
        }
        match self.workload.params.iter().find(|p| p.name == name) {
            Some(p) if !p.default.is_empty() => Ok(Text::new(p.default)),
            _ => Err(self
                .name
                .error(format!("{} needs '{name}='", self.workload.name))
                .hint(format!("for example {}", self.workload.example))),
        }
    }

    /// Keeps the canonical form of a parameter that decides the order of requests.
    pub(super) fn keep(&mut self, name: &'static str, value: impl Into<String>) {
        let full = value.into();
        self.canonical.push((name, Canonical { order: Some(full.clone()), full }));
    }

    /// Keeps a canonical form whose laws do not decide the order of requests.
    pub(super) fn keep_parts(&mut self, name: &'static str, order: String, full: String) {
        self.canonical.push((name, Canonical { order: Some(order), full }));
    }

    /// A whole number in `1..=max`.
    pub(super) fn count(&mut self, name: &'static str, max: u64) -> Result<u64> {
        let text = self.text(name)?;
        let value = count_in(text, name, max)?;
        self.keep(name, value.to_string());
        Ok(value)
    }

    /// A finite number in a range.
    pub(super) fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Result<f64> {
        let text = self.text(name)?;
        // Adding zero turns -0 into 0, which has a canonical form of its own.
        let value = quantity::number(text.as_str()).map_err(|e| text.place(self.explain(&e, name)))? + 0.0;
        if !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            let wanted = if high.is_finite() && *high < f64::MAX {
                format!("must be between {low} and {high}")
            } else {
                format!("must be at least {low}")
            };
            let error = Error::usage(format!("{wanted}, found {}", text.as_str()));
            return Err(text.place(self.explain(&error, name)));
        }
        self.keep(name, value.to_string());
        Ok(value)
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool> {
        let text = self.text(name)?;
        let value = match text.as_str() {
            "true" => true,
            "false" => false,
            other => {
                let error = Error::usage(format!("must be true or false, found '{other}'"));
                return Err(text.place(self.explain(&error, name)));
            }
        };
        self.keep(name, value.to_string());
        Ok(value)
    }

    /// Says which parameter a value was meant for, and what that is.
    fn explain(&self, error: &Error, name: &str) -> Error {
        let explained = Error::usage(format!("'{name}': {}", error.message()));
        match self.workload.params.iter().find(|p| p.name == name) {
            Some(p) => explained.hint(format!("{name} is: {}", p.help)),
            None => explained,
        }
    }

    /// The number of requests; for a part of a mix, that of the mix.
    pub(super) fn requests(&mut self) -> Result<u64> {
        match self.role {
            Role::Share(requests) => Ok(requests),
            Role::Whole | Role::Part => self.count("requests", Trace::MAX_REQUESTS as u64),
        }
    }

    /// A law of values per object.
    pub(super) fn law(&mut self, name: &'static str, unit: Unit) -> Result<Option<Law>> {
        let text = self.text(name)?;
        if text.as_str() == "none" {
            return Ok(None);
        }
        let law = Law::read(text, unit)?;
        self.canonical.push((name, Canonical { order: None, full: law.show(unit) }));
        Ok(Some(law))
    }

    /// The law of request times, for a trace of `requests`.
    pub(super) fn arrivals(&mut self, requests: u64) -> Result<Option<Arrivals>> {
        let text = self.text("arrivals")?;
        if text.as_str() == "none" {
            return Ok(None);
        }
        let law = Arrivals::read(text, requests)?;
        self.canonical.push(("arrivals", Canonical { order: None, full: law.show() }));
        Ok(Some(law))
    }

    /// All parameters that were read, in the order in which the workload declares them: without laws, and all.
    pub(super) fn canonical(&self) -> (String, String) {
        let (mut order, mut full) = (Vec::new(), Vec::new());
        for param in self.workload.params {
            let Some((_, c)) = self.canonical.iter().find(|(n, _)| *n == param.name) else { continue };
            order.extend(c.order.as_ref().map(|text| format!("{}={text}", param.name)));
            full.push(format!("{}={}", param.name, c.full));
        }
        (order.join(","), full.join(","))
    }
}

/// A whole number in `1..=max`, with the place of its text in errors.
pub(super) fn count_in(text: Text<'_>, name: &str, max: u64) -> Result<u64> {
    let range = || format!("'{name}' is a whole number from 1 to {}", quantity::show_count(max));
    let refuse = |what: &str| Err(text.error(format!("'{name}': {what}")).hint(range()));
    match quantity::count(text.as_str()) {
        Err(e) => refuse(e.message()),
        Ok(0) => refuse("must be at least 1, found 0"),
        Ok(n) if n > max => refuse(&format!("{} are too many", quantity::show_count(n))),
        Ok(n) => Ok(n),
    }
}
