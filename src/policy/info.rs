//! What a policy says about itself: names, paper, family, parameters, needs.

/// The idea a policy is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Order of arrival or last use.
    Recency,
    /// Counts of use.
    Frequency,
    /// Both, in balance.
    Hybrid,
    /// Sizes or costs.
    Size,
    /// Time to live.
    Expiry,
    /// Chance.
    Random,
    /// Learned from what was seen: weights, or a model.
    Learned,
    /// What a real system does.
    System,
    /// Knowledge of the future.
    Oracle,
    /// What comes after what.
    Sequence,
}

impl Family {
    /// The word for lists.
    pub fn name(self) -> &'static str {
        match self {
            Family::Recency => "recency",
            Family::Frequency => "frequency",
            Family::Hybrid => "hybrid",
            Family::Size => "size",
            Family::Expiry => "expiry",
            Family::Random => "random",
            Family::Learned => "learned",
            Family::System => "system",
            Family::Oracle => "oracle",
            Family::Sequence => "sequence",
        }
    }
}

/// Where a policy was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Authors, as the paper names them.
    pub authors: &'static str,
    /// Title.
    pub title: &'static str,
    /// Journal or conference.
    pub venue: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Where to find it.
    pub url: &'static str,
}

impl Paper {
    /// The study that set the terms: demand paging, FIFO, RAND, and MIN, which none can beat.
    pub const BELADY_1966: Self = Self {
        authors: "L. A. Belady",
        title: "A study of replacement algorithms for a virtual-storage computer",
        venue: "IBM Systems Journal 5(2)",
        year: 1966,
        url: "https://doi.org/10.1147/sj.52.0078",
    };
}

/// Where a parameter's default comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The paper of the policy.
    Paper,
    /// Common practice; the help says whose.
    Practice,
}

/// A parameter, for help and lists; its value lives in the policy's `Params`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Name as written on the command line.
    pub name: &'static str,
    /// Values that make sense, such as `0..1` or `paper|main`.
    pub range: &'static str,
    /// Where the default comes from.
    pub origin: Origin,
    /// One line of help.
    pub help: &'static str,
}

/// What a policy must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Needs {
    /// The index of each request's next use, so the whole trace beforehand.
    pub next_use: bool,
    /// Sizes: it keeps small objects rather than large ones, and so more of them.
    pub sizes: bool,
    /// Times to live: without any, it does nothing that is its own.
    pub ttl: bool,
    /// For an admission: to be told which object would have to leave.
    pub victim: bool,
    /// For a prefetcher: the keys of the trace, which are numbers.
    pub keys: bool,
    /// Random choices, so that another seed or repetition gives another result.
    pub chance: bool,
}

impl Needs {
    /// Only the requests.
    pub const NOTHING: Self =
        Self { next_use: false, sizes: false, ttl: false, victim: false, keys: false, chance: false };
    /// The future.
    pub const NEXT_USE: Self = Self { next_use: true, ..Self::NOTHING };
    /// Times to live.
    pub const TTL: Self = Self { ttl: true, ..Self::NOTHING };
    /// Sizes.
    pub const SIZES: Self = Self { sizes: true, ..Self::NOTHING };
    /// Random choices.
    pub const CHANCE: Self = Self { chance: true, ..Self::NOTHING };
    /// The keys of the trace.
    pub const KEYS: Self = Self { keys: true, ..Self::NOTHING };
    /// The name of who would have to leave.
    pub const VICTIM: Self = Self { victim: true, ..Self::NOTHING };
}

/// How many ghosts, objects that left and are remembered, a policy keeps at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ghosts {
    /// None.
    None,
    /// As many as objects fit.
    Capacity,
    /// So many times the objects that fit as the parameter of this name says.
    Parameter(&'static str),
}

/// The state that a policy keeps, in bytes: what a long replay makes it allocate at most.
///
/// Rings, heaps and sketches grow by doubling, so what they hold is counted rounded up to a power of two, and the bytes
/// include the moment of doubling, when there is an old one and a new one. Entries of a ring that are stale are counted
/// as far as skewed, uniform, looping and scanning workloads were seen to leave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Whatever the trace: tables of a size of their own.
    pub fixed: u32,
    /// For each object of the trace: arrays indexed by id.
    pub per_object: u32,
    /// For each object that fits, their number rounded up to a power of two.
    pub per_resident: u32,
    /// For each ghost, their number rounded up likewise.
    pub per_ghost: u32,
    /// The ghosts.
    pub ghosts: Ghosts,
}

impl State {
    /// State without ghosts: bytes for each object of the trace, and for each object that fits.
    pub const fn of(per_object: u32, per_resident: u32) -> Self {
        Self { fixed: 0, per_object, per_resident, per_ghost: 0, ghosts: Ghosts::None }
    }

    /// The state, with so many ghosts of so many bytes each.
    #[must_use]
    pub const fn ghosts(mut self, ghosts: Ghosts, per_ghost: u32) -> Self {
        (self.ghosts, self.per_ghost) = (ghosts, per_ghost);
        self
    }

    /// The state, with so many bytes more whatever the trace.
    #[must_use]
    pub const fn fixed(mut self, bytes: u32) -> Self {
        self.fixed = bytes;
        self
    }

    /// The bytes for `objects` distinct objects of which `residents` fit and `ghosts` may be remembered.
    pub fn bytes(&self, objects: u64, residents: u64, ghosts: u64) -> u64 {
        // A ring of exactly a power of two may be full and double once more; and none is shorter than 64.
        let slots = |count: u64| if count == 0 { 0 } else { (count + 1).next_power_of_two().max(64) };
        let residents = residents.min(objects);
        let ghosts = ghosts.min(objects - residents);
        u64::from(self.fixed)
            + objects * u64::from(self.per_object)
            + slots(residents) * u64::from(self.per_resident)
            + slots(ghosts) * u64::from(self.per_ghost)
    }
}

/// Everything a policy says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// Canonical name, kebab-case, as the file's with `-` for `_`.
    pub name: &'static str,
    /// Other spellings, among them libCacheSim's and Caffeine's.
    pub aliases: &'static [&'static str],
    /// The idea in a sentence.
    pub summary: &'static str,
    /// The idea's kind.
    pub family: Family,
    /// Where it was published.
    pub paper: Paper,
    /// Its parameters.
    pub params: &'static [Param],
    /// What it must be given.
    pub needs: Needs,
    /// How much state it keeps.
    pub state: State,
    /// The text of its source file, whose head documents it.
    pub source: &'static str,
}

impl Info {
    /// The documentation at the head of the policy's file, as Markdown.
    pub fn documentation(&self) -> String {
        let lines = self.source.lines().take_while(|line| line.starts_with("//!"));
        lines.map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or("")).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_counts_objects_residents_and_ghosts() {
        let state = State::of(4, 6).ghosts(Ghosts::Capacity, 8);
        // 1000 objects; 300 that fit count as 512, and 200 ghosts as 256.
        assert_eq!(state.bytes(1000, 300, 200), 4000 + 512 * 6 + 256 * 8);
        // There are no more ghosts than other objects, and no more residents than objects.
        assert_eq!(state.bytes(1000, 900, 5000), 4000 + 1024 * 6 + 128 * 8);
        assert_eq!(state.bytes(1000, 5000, 5000), 4000 + 1024 * 6);
        assert_eq!(State::of(4, 6).bytes(1000, 512, 512), 4000 + 1024 * 6, "a full ring may double");
    }
}
