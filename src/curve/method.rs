//! How a curve is found, and which way is open to which policy.

use super::min;
use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::engine::Operations;
use crate::registry::Spec;
use crate::replay::{Options, SharedPasses, Warmup};
use crate::trace::Trace;

/// A way to a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All sizes from one pass, to the count.
    Exact,
    /// Many sizes in one pass, to the count.
    Batch,
    /// A pass for each size.
    Replay,
    /// LRU from a sample of the objects.
    Shards,
    /// Any policy on a sample of the objects with scaled sizes.
    MiniSim,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Exact, Self::Batch, Self::Replay, Self::Shards, Self::MiniSim];

    /// The name on the command line and in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Batch => "batch",
            Self::Replay => "replay",
            Self::Shards => "shards",
            Self::MiniSim => "minisim",
        }
    }

    /// The method of that name; `None` for `auto`.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        let names = || Self::ALL.iter().map(|method| method.name()).chain(["auto"]);
        match Self::ALL.into_iter().find(|method| method.name() == text) {
            None if text == "auto" => Ok(None),
            Some(method) => Ok(Some(method)),
            None => Err(Error::usage(format!("there is no method '{text}'")).hint(match closest(text, names()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("methods are: {}", names().collect::<Vec<_>>().join(", ")),
            })),
        }
    }

    /// Is the curve one of a sample?
    pub fn samples(self) -> bool {
        matches!(self, Self::Shards | Self::MiniSim)
    }
}

/// The passes that give all sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exact {
    Lru,
    LruExpiring,
    LruBytes,
    Lfu,
    Min,
}

/// A method for a policy, and why it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// In words, for the user.
    pub why: String,
    pub(super) exact: Option<Exact>,
}

/// The pass that gives all sizes of this policy, or why there is none.
pub(super) fn exact(spec: &Spec, trace: &Trace, options: &Options) -> Result<Exact, &'static str> {
    let expiry = options.expiry;
    if options.strict {
        return Err("--strict checks every request of a replay");
    }
    if options.operations != Operations::AllReads {
        return Err("sets and deletes change caches of each size in another way");
    }
    if options.warmup == Warmup::Eviction {
        return Err("the warm-up ends with the first eviction, which comes at another time in each size");
    }
    let unit = !options.bytes;
    match (spec.unit.entry.info.name, spec.canonical.as_str()) {
        ("lru", _) if unit && !expiry.on => Ok(Exact::Lru),
        ("lru", _) if unit && expiry.eager && expiry.renew => Ok(Exact::LruExpiring),
        (_, _) if expiry.on => Err("when objects expire depends on the size of the cache (for lru it does not with \
                                    --ttl-mode eager --ttl-renew)"),
        ("lru", _) if !has_constant_sizes(trace) => {
            Err("sizes of objects change, so a smaller cache may hold what a larger \
                                                         one does not (--size-change first or distinct keeps them)")
        }
        ("lru", _) => Ok(Exact::LruBytes),
        ("lfu" | "belady", _) if !unit => Err("with sizes that differ it is no stack algorithm"),
        ("lfu", "history=perfect") => Ok(Exact::Lfu),
        ("lfu", _) => Err("in-cache counts depend on the size of the cache (history=perfect does not)"),
        ("belady", _) if trace.requests() > min::MOST_REQUESTS => Err("it takes at most 2^31 requests"),
        ("belady", _) => Ok(Exact::Min),
        _ => Err("it is no stack algorithm"),
    }
}

fn has_constant_sizes(trace: &Trace) -> bool {
    let Some(sizes) = &trace.sizes else { return true };
    let mut seen = vec![None; trace.objects];
    trace.ids.iter().zip(sizes).all(|(&id, &size)| *seen[id as usize].get_or_insert(size) == size)
}

/// The method for a policy: the one asked for, or the best that is open. `sampling`: was a sample asked for? `shares`: can
/// cells of the policy share a pass here?
///
/// # Errors
/// The method asked for is not open to the policy.
pub(super) fn choose(
    spec: &Spec,
    trace: &Trace,
    options: &Options,
    asked: Option<Method>,
    (sampling, shares): (bool, bool),
) -> Result<Choice> {
    let name = spec.unit.entry.info.name;
    let exact = exact(spec, trace, options);
    let choice = |method, why: &str| Ok(Choice { method, why: why.to_owned(), exact: exact.ok() });
    let refuse = |what: &str, why: &str, hint: &str| Err(Error::usage(format!("{name}: {what}: {why}")).hint(hint));
    let sampled = || match exact {
        Ok(Exact::Lru) => choice(Method::Shards, "a sampled LRU stack gives all sizes"),
        _ => choice(Method::MiniSim, "a sample of the objects is replayed with scaled sizes"),
    };
    match asked {
        None if sampling => sampled(),
        None => match exact {
            Ok(_) => choice(Method::Exact, "all sizes from one pass"),
            Err(_) if shares => choice(Method::Batch, "from four sizes on, those that gain by it share a pass"),
            Err(_) if spec.unit.shared_pass.is_some() && options.shared_passes != SharedPasses::Never => choice(
                Method::Replay,
                "a pass for each size: fewer than four could share one, they miss too often for that to pay, or the options ask \
                 for more than plain replays",
            ),
            Err(why) => choice(Method::Replay, &format!("a pass for each size: {why}")),
        },
        Some(Method::Exact) => match exact {
            Ok(_) => choice(Method::Exact, "asked for"),
            Err(why) => refuse("there is no pass that gives all sizes", why, "use --method auto, or replay"),
        },
        Some(Method::Batch) if !shares => refuse(
            "its sizes cannot share a pass here",
            "there are fewer than four, they adapt, or the options ask for more than plain replays",
            "use --method auto; fifo, clock, sieve and s3-fifo can, with unit sizes, no expiry and no windows",
        ),
        Some(Method::Shards) if exact != Ok(Exact::Lru) => {
            refuse("SHARDS samples LRU stacks of objects that count 1 and do not expire", "this is another curve", {
                "use --method minisim, which samples for any policy"
            })
        }
        Some(method) => choice(method, "asked for"),
    }
}
