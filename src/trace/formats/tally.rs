//! Counts of things by name, for the notes on what a log holds besides requests.

/// The most names that are told apart; others are counted together.
const NAMES: usize = 64;

/// The most names that a note lists.
const LISTED: usize = 5;

/// The longest name that is kept, in bytes.
const LONGEST: usize = 24;

/// How often each name came.
#[derive(Debug, Default)]
pub(super) struct Tally {
    names: Vec<(Vec<u8>, u64)>,
    total: u64,
}

impl Tally {
    /// Counts one of `name`.
    pub(super) fn count(&mut self, name: &[u8]) {
        self.total += 1;
        let name = &name[..name.len().min(LONGEST)];
        if let Some(entry) = self.names.iter_mut().find(|entry| entry.0 == name) {
            entry.1 += 1;
        } else if self.names.len() < NAMES {
            self.names.push((name.to_vec(), 1));
        }
    }

    /// How many there were in all.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// `what: 7 (POST 4, OPTIONS 2, others 1)`, the most frequent first; nothing where there was none.
    pub(super) fn note(&self, what: &str) -> Option<String> {
        if self.total == 0 {
            return None;
        }
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(LISTED);
        let others = self.total - names.iter().map(|entry| entry.1).sum::<u64>();
        let mut list: Vec<String> =
            names.iter().map(|(name, count)| format!("{} {count}", crate::trace::field::show(name))).collect();
        if others > 0 {
            list.push(format!("others {others}"));
        }
        Some(format!("{what}: {} ({})", self.total, list.join(", ")))
    }
}

/// `what: 7`; nothing for none.
pub(super) fn note(what: &str, count: u64) -> Option<String> {
    (count > 0).then(|| format!("{what}: {count}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_are_listed() {
        let mut tally = Tally::default();
        assert_eq!((tally.note("rows"), note("rows", 0)), (None, None));
        for name in ["POST", "PUT", "POST", "a", "b", "c", "d", "d"] {
            tally.count(name.as_bytes());
        }
        assert_eq!(tally.note("rows").unwrap(), "rows: 8 (POST 2, d 2, PUT 1, a 1, b 1, others 1)");
        for i in 0..1000 {
            tally.count(format!("{i}\n and a long rest that nobody wants to see").as_bytes());
        }
        assert_eq!((tally.total(), tally.names.len()), (1008, NAMES));
        assert!(tally.note("rows").unwrap().ends_with("others 1001)"));
        assert_eq!(note("rows", 3).unwrap(), "rows: 3");
    }
}
