//! What stands beside a policy, an admission in front of it or a prefetcher, with its parameters.

use super::{Spec, entries, find_admission, find_prefetcher, spec};
use crate::admission::ADMISSIONS;
use crate::core::{Error, Result};
use crate::policies::POLICIES;
use crate::policy::{Admission, Cause, Cx, Entry, Params, Prefetch, Setup, parse_pairs};
use crate::prefetch::PREFETCHERS;

/// One with parameters, as written and checked.
#[derive(Debug)]
pub struct Beside<T: ?Sized + 'static> {
    /// What the registry knows of it.
    pub entry: &'static Entry<T>,
    /// The parameters that were given.
    pub params: Params,
    /// Its name, and all parameters if it has any: `probability:p=0.5`.
    pub canonical: String,
}

/// An admission with parameters.
pub type AdmissionSpec = Beside<dyn Admission>;
/// A prefetcher with parameters.
pub type PrefetchSpec = Beside<dyn Prefetch>;

impl<T: ?Sized> Clone for Beside<T> {
    fn clone(&self) -> Self {
        Self { entry: self.entry, params: self.params.clone(), canonical: self.canonical.clone() }
    }
}

impl<T: ?Sized> PartialEq for Beside<T> {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl<T: ?Sized> Beside<T> {
    fn plain(entry: &'static Entry<T>) -> Self {
        Self { entry, params: Params::default(), canonical: entry.info.name.to_owned() }
    }

    /// Reads a list of them; `noun` is what one is called.
    fn parse(text: &str, noun: &str, example: &str, find: fn(&str) -> Result<&'static Entry<T>>) -> Result<Vec<Self>> {
        let written = entries(noun, text)?;
        if written.is_empty() {
            return Err(Error::usage(format!("no {noun} is named")).hint(example));
        }
        let read = |(name, pairs): &(String, String)| {
            let entry = find(name)?;
            let params = parse_pairs(entry.info.name, pairs)?;
            let all = entry.canonical(&params)?;
            entry.build(&params, &Setup::TRIAL)?;
            let colon = if all.is_empty() { "" } else { ":" };
            let canonical = format!("{}{colon}{}", entry.info.name, all.replace(';', ","));
            Ok(Self { entry, params, canonical })
        };
        written.iter().map(read).collect()
    }
}

impl AdmissionSpec {
    /// The one that lets everything in, so that nothing has to be asked.
    pub fn always() -> Self {
        Self::plain(ADMISSIONS[0])
    }

    /// Does it let everything in?
    pub fn is_always(&self) -> bool {
        std::ptr::eq(self.entry, ADMISSIONS[0])
    }

    /// Can it stand in front of this policy?
    ///
    /// # Errors
    /// It wants to be told who would leave, and the policy does not know beforehand.
    pub fn suits(&self, policy: &Spec) -> Result<()> {
        if !self.entry.info.needs.victim || names_victims(policy)? {
            return Ok(());
        }
        let knowing = POLICIES.iter().filter_map(|unit| spec(unit, &[]).ok());
        let names: Vec<&str> =
            knowing.filter(|spec| names_victims(spec).unwrap_or(false)).map(|spec| spec.unit.entry.info.name).collect();
        let (admission, policy) = (self.entry.info.name, policy.unit.entry.info.name);
        Err(Error::usage(format!(
            "{admission} needs to know who would leave, and {policy} does not know it beforehand"
        ))
        .hint(format!("these do: {}", names.join(", "))))
    }
}

/// Does the policy say who would leave? Asked of a small cache that is full.
fn names_victims(spec: &Spec) -> Result<bool> {
    let mut policy =
        spec.unit.entry.build(&spec.params, &Setup { objects: 3, capacity: 2, expected: 2, seed: 0, bytes: false })?;
    // With times to live, since there are policies that give up nothing else.
    let at = |index: u64| Cx { expiries: &[100; 3], ..Cx::unit(index, index) };
    let full = at(2);
    (0..2).for_each(|id| policy.insert(&at(u64::from(id)), id));
    policy.miss(&full, 2);
    Ok(policy.victim(&full, Cause::Incoming(2)).is_some())
}

impl PrefetchSpec {
    /// The one that fetches nothing, so that nothing has to be told.
    pub fn none() -> Self {
        Self::plain(PREFETCHERS[0])
    }

    /// Does it fetch nothing?
    pub fn is_none(&self) -> bool {
        std::ptr::eq(self.entry, PREFETCHERS[0])
    }

    /// Can it stand beside this policy, with this admission in front?
    ///
    /// # Errors
    /// One of them knows the next request of what is asked for, and not of what is fetched.
    pub fn suits(&self, policy: &Spec, admission: &AdmissionSpec) -> Result<()> {
        let foreseeing = [&policy.unit.entry.info, &admission.entry.info].into_iter().find(|info| info.needs.next_use);
        let Some(info) = foreseeing.filter(|_| !self.is_none()) else { return Ok(()) };
        Err(Error::usage(format!(
            "{} knows the next request of what is asked for, and not of what {} fetches",
            info.name, self.entry.info.name
        ))
        .hint("leave one of them out; with --prefetch none it shows what caches without prefetching can do"))
    }
}

/// Reads a list of admissions such as `always,probability:p=0.1,tiny-lfu`.
///
/// # Errors
/// An unknown admission or parameter, a value of the wrong type or out of range, or a list of nothing.
pub fn parse_admissions(text: &str) -> Result<Vec<AdmissionSpec>> {
    let example = "for example --admission always,second-hit; all: evictlab admissions";
    Beside::parse(text, "admission", example, find_admission)
}

/// Reads a list of prefetchers such as `none,one-block-lookahead:when=miss`.
///
/// # Errors
/// As [`parse_admissions`].
pub fn parse_prefetchers(text: &str) -> Result<Vec<PrefetchSpec>> {
    let example = "for example --prefetch none,one-block-lookahead; all: evictlab prefetchers";
    Beside::parse(text, "prefetcher", example, find_prefetcher)
}

#[cfg(test)]
mod tests {
    use super::super::parse_list;
    use super::*;

    #[test]
    fn admissions_are_read_likewise() {
        let read = |text| parse_admissions(text).unwrap().iter().map(|a| a.canonical.clone()).collect::<Vec<_>>();
        assert_eq!(
            read("always,second-hit:requests=3,within=10,TinyLFU"),
            ["always", "second-hit:requests=3,within=10", "tiny-lfu:sample=10"]
        );
        assert!(parse_admissions("tinylfo").unwrap_err().to_string().contains("did you mean 'tiny-lfu'"));
        assert!(parse_admissions("probability:p=2").unwrap_err().to_string().contains("out of range"));
        assert!(parse_admissions("").is_err());
    }

    #[test]
    fn an_admission_that_wants_the_victim_is_not_put_before_a_policy_without() {
        let tiny = &parse_admissions("tiny-lfu").unwrap()[0];
        let suits = |policy: &str| tiny.suits(&parse_list(policy).unwrap()[0]);
        suits("lru").unwrap();
        let error = suits("segcache").unwrap_err().to_string();
        assert!(error.contains("segcache does not know it beforehand") && error.contains("lru, "), "{error}");
    }

    #[test]
    fn prefetchers_are_read_likewise() {
        let read = |text| parse_prefetchers(text).unwrap().iter().map(|p| p.canonical.clone()).collect::<Vec<_>>();
        assert_eq!(
            read("none,OBL:when=miss,pg"),
            ["none", "one-block-lookahead:run=1,step=1,when=miss", "probability-graph:chance=0.1,lookahead=2"]
        );
        assert!(parse_prefetchers("probability-graf").unwrap_err().to_string().contains("did you mean"));
        let pg = &parse_prefetchers("pg").unwrap()[0];
        let always = AdmissionSpec::always();
        let suits = |policy: &str| pg.suits(&parse_list(policy).unwrap()[0], &always);
        suits("lru").unwrap();
        assert!(suits("belady").unwrap_err().to_string().contains("next request"));
        PrefetchSpec::none().suits(&parse_list("belady").unwrap()[0], &always).unwrap();
        let clairvoyant = &parse_admissions("clairvoyant").unwrap()[0];
        assert!(pg.suits(&parse_list("lru").unwrap()[0], clairvoyant).unwrap_err().to_string().contains("clairvoyant"));
    }
}
