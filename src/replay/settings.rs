//! How a trace is read and replayed, in the user's words: what the command line and a sweep's spec have in common.

use super::{Given, Options, Warmup, WindowSize};
use crate::core::error::closest;
use crate::core::{Error, Result, SECOND, Time, quantity};
use crate::engine::{Expiry, Operations};
use crate::registry::{self, AdmissionSpec, PrefetchSpec, Spec};
use crate::trace::{Columns, Filter, LoadOptions, SizeChange, Trace};
use std::path::PathBuf;

/// The time to live asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ttl {
    /// As the trace says.
    #[default]
    Trace,
    /// Nothing expires.
    Off,
    /// Every object lives so long, whatever the trace says.
    Fixed(Time),
}

impl Ttl {
    /// Reads `trace`, `off` or a duration.
    ///
    /// # Errors
    /// It is none of them, or a duration of 0.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "trace" | "" => Self::Trace,
            "off" => Self::Off,
            text => match quantity::duration(text)? {
                0 => return Err(Error::usage("a time to live of 0 keeps nothing").hint("use `off` for no expiry")),
                ttl => Self::Fixed(ttl),
            },
        })
    }
}

/// What the operations of a trace mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OperationRule {
    /// Every row is a read that fills the cache on a miss.
    #[default]
    AllReads,
    /// Rows that are not reads are left out.
    ReadOnly,
    /// Gets are counted and do not fill, sets fill, deletes invalidate.
    LookAside,
}

impl OperationRule {
    /// The name on the command line, in specs and in result rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::AllReads => "all-reads",
            Self::ReadOnly => "read-only",
            Self::LookAside => "look-aside",
        }
    }
}

/// Which requests of a trace there are, and what they mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// Format of a file, as in `csv:id=5,size=4`; `None` = found.
    pub format: Option<String>,
    /// The requests to keep.
    pub filter: Filter,
    /// What another size of the same object means.
    pub size_change: SizeChange,
    /// What operations mean.
    pub operations: OperationRule,
    /// Where parsed traces are kept; says nothing of the requests.
    pub cache: Option<PathBuf>,
}

impl Selection {
    /// Everything in it, in one line: equal texts mean equal requests of the same file.
    pub fn canonical(&self) -> String {
        format!(
            "format={:?} filter={} size_change={} operations={}",
            self.format,
            self.filter.canonical(),
            self.size_change.name(),
            self.operations.name(),
        )
    }

    /// How a file is read so.
    pub fn load_options(&self, columns: Columns) -> LoadOptions {
        LoadOptions {
            format: self.format.clone(),
            columns,
            filter: self.filter.clone(),
            size_change: self.size_change,
            only_reads: self.operations == OperationRule::ReadOnly,
            cache: self.cache.clone(),
        }
    }
}

/// How a trace is replayed. [`Settings::options`] makes of it what a [`super::Replayer`] takes.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Settings {
    /// Do sizes count?
    pub bytes: bool,
    /// Does an object larger than the cache fail the cell? If not, it is not cached and counts as a miss.
    pub oversize_is_error: bool,
    /// Time to live.
    pub ttl: Ttl,
    /// The same as written.
    pub ttl_given: String,
    /// Remove expired objects at once, instead of when they are next asked for.
    pub ttl_eager: bool,
    /// A hit starts the time to live anew.
    pub ttl_renew: bool,
    /// Requests that are not counted at the start.
    pub warmup: Warmup,
    /// The same as written.
    pub warmup_given: String,
    /// Hit ratio over time.
    pub window: Option<WindowSize>,
    /// Requests per second of traces without times.
    pub rate: f64,
    /// Which of the missed objects come in.
    pub admission: AdmissionSpec,
    /// What comes in before it is asked for.
    pub prefetch: PrefetchSpec,
    /// Which requests, and what they mean.
    pub selection: Selection,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bytes: false,
            oversize_is_error: false,
            ttl: Ttl::Trace,
            ttl_given: "trace".to_owned(),
            ttl_eager: false,
            ttl_renew: false,
            warmup: Warmup::None,
            warmup_given: String::new(),
            window: None,
            rate: 1.0,
            admission: AdmissionSpec::always(),
            prefetch: PrefetchSpec::none(),
            selection: Selection::default(),
        }
    }
}

/// The settings that have a name, as [`Settings::set`] takes them.
pub const SETTINGS: [&str; 12] = [
    "admission",
    "operations",
    "oversize",
    "prefetch",
    "rate",
    "size",
    "size-change",
    "ttl",
    "ttl-mode",
    "ttl-renew",
    "warmup",
    "window",
];

impl Settings {
    /// Sets what has this name to the value with this text, as the command line's option of the same name would.
    ///
    /// # Errors
    /// No setting has the name, or it does not take the value.
    pub fn set(&mut self, name: &str, text: &str) -> Result<()> {
        match name {
            "admission" => self.admission = one(name, registry::parse_admissions(text)?)?,
            "prefetch" => self.prefetch = one(name, registry::parse_prefetchers(text)?)?,
            "operations" => {
                let rules = [OperationRule::AllReads, OperationRule::ReadOnly, OperationRule::LookAside];
                self.selection.operations = choose(name, text, &rules.map(|rule| (rule.name(), rule)))?;
            }
            "oversize" => self.oversize_is_error = choose(name, text, &[("bypass", false), ("error", true)])?,
            "rate" => self.rate = rate(quantity::number(text)?)?,
            "size" => self.bytes = choose(name, text, &[("unit", false), ("bytes", true)])?,
            "size-change" => {
                let rules = [SizeChange::New, SizeChange::First, SizeChange::Distinct];
                self.selection.size_change = choose(name, text, &rules.map(|rule| (rule.name(), rule)))?;
            }
            "ttl" => (self.ttl, self.ttl_given) = (Ttl::parse(text)?, text.to_owned()),
            "ttl-mode" => self.ttl_eager = choose(name, text, &[("lazy", false), ("eager", true)])?,
            "ttl-renew" => self.ttl_renew = choose(name, text, &[("true", true), ("false", false)])?,
            "warmup" if text.is_empty() || text == "none" => {
                (self.warmup, self.warmup_given) = (Warmup::None, String::new());
            }
            "warmup" => (self.warmup, self.warmup_given) = (Warmup::parse(text)?, text.to_owned()),
            "window" if text.is_empty() || text == "none" => self.window = None,
            "window" => self.window = Some(WindowSize::parse(text)?),
            _ => {
                return Err(Error::usage(format!("there is no setting '{name}'")).hint(
                    match closest(name, SETTINGS) {
                        Some(near) => format!("did you mean '{near}'?"),
                        None => format!("there are: {}", SETTINGS.join(", ")),
                    },
                ));
            }
        }
        Ok(())
    }

    /// Do the admission and the prefetcher go with this policy?
    ///
    /// # Errors
    /// One of them does not, and why.
    pub fn suits(&self, policy: &Spec) -> Result<()> {
        self.admission.suits(policy)?;
        self.prefetch.suits(policy, &self.admission)
    }

    /// The columns of a trace that the replay reads.
    pub fn columns(&self) -> Columns {
        let by_time = matches!(self.warmup, Warmup::Time(_)) || matches!(self.ttl, Ttl::Fixed(_));
        Columns {
            sizes: self.bytes,
            times: by_time || self.window.is_some(),
            ops: self.selection.operations == OperationRule::LookAside,
            ttls: self.ttl == Ttl::Trace,
            keys: self.prefetch.entry.info.needs.keys,
            ..Columns::IDS
        }
    }

    /// The options of a replay of `trace`, with one repetition.
    ///
    /// # Errors
    /// The trace lacks what the settings ask for.
    pub fn options(&self, trace: &Trace, seed: u64) -> Result<Options> {
        let selection = &self.selection;
        if selection.operations == OperationRule::LookAside && trace.ops.is_none() {
            return Err(Error::usage(format!("trace '{}' has no operations", trace.name))
                .hint("leave out look-aside, or name the column, as in csv:op=3"));
        }
        let default = if let Ttl::Fixed(ttl) = self.ttl { Some(ttl) } else { None };
        Ok(Options {
            bytes: self.bytes,
            oversize_is_error: self.oversize_is_error,
            expiry: Expiry {
                on: default.is_some() || self.ttl == Ttl::Trace && trace.ttls.is_some(),
                default,
                eager: self.ttl_eager,
                renew: self.ttl_renew,
            },
            ignore_ttls: default.is_some(),
            operations: match selection.operations {
                OperationRule::LookAside => Operations::LookAside,
                _ => Operations::AllReads,
            },
            admission: self.admission.clone(),
            prefetch: self.prefetch.clone(),
            warmup: self.warmup,
            window: self.window,
            period: ((SECOND as f64 / rate(self.rate)?).round() as Time).max(1),
            seed,
            given: self.given(),
            ..Options::default()
        })
    }

    /// The choices as they were written.
    pub fn given(&self) -> Given {
        let selection = &self.selection;
        let unusual = self.without_column().into_iter().filter(|(.., usual)| !usual);
        Given {
            ttl: self.ttl_given.clone(),
            warmup: self.warmup_given.clone(),
            admission: self.admission.canonical.clone(),
            prefetch: self.prefetch.canonical.clone(),
            operations: selection.operations.name().to_owned(),
            size_change: selection.size_change.name().to_owned(),
            filter: selection.filter.canonical(),
            parameters: unusual.map(|(name, value, _)| (name.to_owned(), value)).collect(),
        }
    }

    /// Are both the same, however they were written?
    pub fn means_the_same(&self, other: &Self) -> bool {
        let plain =
            |settings: &Self| Self { ttl_given: String::new(), warmup_given: String::new(), ..settings.clone() };
        plain(self) == plain(other)
    }

    /// The settings for which a result row has no column, and whether they are the default: name and value, as
    /// [`Settings::set`] takes them. Rows have them among their parameters.
    pub fn without_column(&self) -> [(&'static str, String, bool); 2] {
        let oversize = if self.oversize_is_error { "error" } else { "bypass" };
        let is_usual = self.rate.total_cmp(&Self::default().rate).is_eq();
        [("rate", self.rate.to_string(), is_usual), ("oversize", oversize.to_owned(), !self.oversize_is_error)]
    }

    /// Everything that can change a result, in one line: equal texts mean equal settings.
    pub fn canonical(&self) -> String {
        // Said only where there is something to say, so that the keys of cells without one stay what they were.
        let admission =
            if self.admission.is_always() { String::new() } else { format!(" admission={}", self.admission.canonical) };
        let prefetch =
            if self.prefetch.is_none() { String::new() } else { format!(" prefetch={}", self.prefetch.canonical) };
        format!(
            "bytes={} oversize_error={} ttl={} eager={} renew={} warmup={} window={:?} rate={} {}{admission}{prefetch}",
            self.bytes,
            self.oversize_is_error,
            self.ttl_given,
            self.ttl_eager,
            self.ttl_renew,
            self.warmup_given,
            self.window,
            self.rate,
            self.selection.canonical(),
        )
    }
}

/// The only one of a list.
fn one<T>(name: &str, mut list: Vec<T>) -> Result<T> {
    let several = list.len();
    list.pop().filter(|_| several == 1).ok_or_else(|| {
        Error::usage(format!("{name}: {several} are named")).hint("give one, or in a spec a list of words")
    })
}

/// The value that `text` stands for.
fn choose<T: Copy>(name: &str, text: &str, choices: &[(&str, T)]) -> Result<T> {
    let found = choices.iter().find(|(word, _)| *word == text).map(|&(_, value)| value);
    found.ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        Error::usage(format!("{name}: '{text}' is not a choice"))
            .hint(format!("{name} is one of: {}", words.join(", ")))
    })
}

fn rate(rate: f64) -> Result<f64> {
    if rate > 0.0 && rate <= 1e9 {
        return Ok(rate);
    }
    Err(Error::usage(format!("a rate of {rate} is not a number of requests per second"))
        .hint("use a number above 0 and at most 1e9, as in 1000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_set_by_name() {
        let mut settings = Settings::default();
        for (name, text) in [
            ("size", "bytes"),
            ("ttl", "60s"),
            ("ttl-mode", "eager"),
            ("warmup", "20%"),
            ("operations", "look-aside"),
            ("rate", "1000"),
            ("admission", "always"),
            ("prefetch", "none"),
        ] {
            settings.set(name, text).unwrap();
        }
        assert!(settings.bytes && settings.ttl_eager && settings.columns().ops && settings.columns().times);
        assert_eq!(settings.ttl, Ttl::Fixed(60 * SECOND));
        assert_ne!(settings.canonical(), Settings::default().canonical());
    }

    #[test]
    fn settings_without_a_column_are_parameters() {
        let trace = crate::workload::generate("zipf:objects=9,requests=9", 1, Columns::IDS).unwrap();
        let mut settings = Settings::default();
        assert_eq!(settings.options(&trace, 1).unwrap().given.parameters, []);
        settings.set("rate", "10").unwrap();
        assert_eq!(settings.options(&trace, 1).unwrap().given.parameters, [("rate".to_owned(), "10".to_owned())]);
    }

    #[test]
    fn every_listed_setting_exists() {
        for name in SETTINGS {
            let error = Settings::default().set(name, "no such value").err();
            assert!(!error.is_some_and(|e| e.message().contains("no setting")), "{name}");
        }
    }

    #[test]
    fn mistakes_say_what_would_be_right() {
        let error = |name, text| Settings::default().set(name, text).unwrap_err().to_string();
        assert!(error("siz", "unit").contains("did you mean 'size'"));
        assert!(error("size", "blocks").contains("unit, bytes"));
        assert!(error("rate", "0").contains("requests per second"));
        assert!(error("ttl", "0s").contains("keeps nothing"));
    }
}
