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
    /// Knowledge of the future.
    Oracle,
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
            Family::Oracle => "oracle",
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
pub struct Needs {
    /// The index of each request's next use, so the whole trace beforehand.
    pub next_use: bool,
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
