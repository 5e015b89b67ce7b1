//! Layer 5: policies, admissions and prefetchers by name: aliases, help for typos, and the grammar of their lists.

mod beside;

pub use beside::{AdmissionSpec, PrefetchSpec, parse_admissions, parse_prefetchers};

use crate::admission::ADMISSIONS;
use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::engine::Unit;
use crate::policies::{LEARNED, POLICIES};
use crate::policy::{Gate, Info, Params, Prefetcher, Setup, parse_pairs};
use crate::prefetch::PREFETCHERS;

/// A policy with parameters, as written and checked.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The policy.
    pub unit: &'static Unit,
    /// The parameters that were given.
    pub params: Params,
    /// All parameters, `k=v;k=v` sorted by name.
    pub canonical: String,
}

/// The policy called `name`, by its name or an alias; case, `-` and `_` do not matter.
///
/// # Errors
/// There is none; the hint names the closest, or all.
pub fn find(name: &str) -> Result<&'static Unit> {
    if !cfg!(feature = "learned") && LEARNED.contains(&fold(name).as_str()) {
        return Err(Error::usage(format!("this build has no '{name}', which trains a model"))
            .hint("build it with --features learned"));
    }
    named("policy", "policies", POLICIES.iter().map(|&unit| (&unit.entry.info, unit)), name)
}

/// The admission called `name`, likewise.
///
/// # Errors
/// There is none; the hint names the closest, or all.
pub fn find_admission(name: &str) -> Result<&'static Gate> {
    named("admission", "admissions", ADMISSIONS.iter().map(|&gate| (&gate.info, gate)), name)
}

/// The prefetcher called `name`, likewise.
///
/// # Errors
/// There is none; the hint names the closest, or all.
pub fn find_prefetcher(name: &str) -> Result<&'static Prefetcher> {
    named("prefetcher", "prefetchers", PREFETCHERS.iter().map(|&entry| (&entry.info, entry)), name)
}

/// Of `all`, the one that answers to `name`.
fn named<T>(one: &str, verb: &str, all: impl Iterator<Item = (&'static Info, T)> + Clone, name: &str) -> Result<T> {
    let folded = fold(name);
    let answers = |(info, _): &(&Info, T)| std::iter::once(&info.name).chain(info.aliases).any(|n| fold(n) == folded);
    if let Some((_, found)) = all.clone().find(answers) {
        return Ok(found);
    }
    let names: Vec<&str> = all.map(|(info, _)| info.name).collect();
    let hint = match closest(&name.to_ascii_lowercase(), names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'? All: evictlab {verb}"),
        None => format!("there are: {}", names.join(", ")),
    };
    Err(Error::usage(format!("no {one} is called '{name}'")).hint(hint))
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Reads a list such as `lru,s3-fifo:small=0.1,ghost=0.9,sieve`.
///
/// A part with `=` and no `:` belongs to the policy before it. `all` stands for every policy that is not
/// far slower than the others (`lrb`).
///
/// # Errors
/// An unknown policy or parameter, a value of the wrong type, or a list of nothing.
pub fn parse_list(text: &str) -> Result<Vec<Spec>> {
    let written = entries("policy", text)?;
    if written.is_empty() {
        return Err(
            Error::usage("no policy is named").hint("for example --policy lru,s3-fifo,sieve; all: evictlab policies")
        );
    }
    let mut specs = Vec::new();
    for (name, pairs) in written {
        if name == "all" && pairs.is_empty() {
            let all = POLICIES.iter().filter(|unit| !unit.on_request);
            specs.extend(all.map(|unit| spec(unit, &[])).collect::<Result<Vec<_>>>()?);
        } else {
            let unit = find(&name)?;
            specs.push(spec(unit, &parse_pairs(unit.entry.info.name, &pairs)?.0)?);
        }
    }
    Ok(specs)
}

/// Is every policy among these that `all` stands for?
pub fn are_all(specs: &[Spec]) -> bool {
    let named = |unit: &Unit| specs.iter().any(|spec| std::ptr::eq(spec.unit, unit));
    POLICIES.iter().filter(|unit| !unit.on_request).all(|unit| named(unit))
}

/// The parts of a list, each a name and the pairs that belong to it.
fn entries(what: &str, text: &str) -> Result<Vec<(String, String)>> {
    let mut written: Vec<(String, String)> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once(':') {
            Some((name, pairs)) => written.push((name.to_owned(), pairs.to_owned())),
            None if part.contains('=') => match written.last_mut() {
                Some((_, pairs)) => *pairs = format!("{pairs},{part}"),
                None => {
                    return Err(Error::usage(format!("'{part}' belongs to no {what}"))
                        .hint(format!("write the {what} first, as in name:a=1,b=2")));
                }
            },
            None => written.push((part.to_owned(), String::new())),
        }
    }
    Ok(written)
}

/// The policy with these parameters, name and value.
///
/// # Errors
/// An unknown parameter, or a value that is of the wrong type or out of range.
pub fn spec(unit: &'static Unit, pairs: &[(String, String)]) -> Result<Spec> {
    let params = Params(pairs.to_vec());
    let canonical = unit.entry.canonical(&params)?;
    // Built once for nothing, so that a value out of range is known before a trace is read.
    unit.entry.build(&params, &Setup::TRIAL)?;
    Ok(Spec { unit, params, canonical })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<String> {
        parse_list(list).unwrap().iter().map(|s| format!("{}({})", s.unit.entry.info.name, s.canonical)).collect()
    }

    #[test]
    fn parameters_belong_to_the_policy_before_them() {
        assert_eq!(
            names("lru,s3-fifo:small=0.2,ghost=1.5,sieve"),
            ["lru()", "s3-fifo(fill=paper;ghost=1.5;small=0.2;threshold=2)", "sieve()"]
        );
    }

    #[test]
    fn other_spellings_are_understood() {
        assert_eq!(names("2Q,wtinylfu,S3FIFO,TwoQ,MIN").len(), 5);
        let all = parse_list("all").unwrap();
        assert_eq!(all.len(), POLICIES.iter().filter(|unit| !unit.on_request).count());
        assert!(are_all(&all) && !are_all(&all[1..]));
    }

    #[test]
    fn mistakes_say_what_would_be_right() {
        assert!(parse_list("lur").unwrap_err().to_string().contains("did you mean 'lru'"));
        assert!(parse_list("lru:x=1").unwrap_err().to_string().contains("takes no parameters"));
        assert!(parse_list("small=0.1").unwrap_err().to_string().contains("belongs to no policy"));
        assert!(parse_list("s3-fifo:small=2").unwrap_err().to_string().contains("out of range"));
        assert!(parse_list(" , ").is_err());
    }

    #[test]
    fn no_two_policies_share_a_name() {
        let mut seen = std::collections::HashSet::new();
        for unit in POLICIES {
            for name in std::iter::once(&unit.entry.info.name).chain(unit.entry.info.aliases) {
                assert!(seen.insert(fold(name)) || fold(name) == fold(unit.entry.info.name), "{name}");
            }
        }
    }

    #[test]
    fn documented_parameters_are_the_real_ones() {
        for unit in POLICIES {
            let real: Vec<String> = unit.entry.defaults().into_iter().map(|(name, _)| name).collect();
            let told: Vec<&str> = unit.entry.info.params.iter().map(|p| p.name).collect();
            assert_eq!(told, real, "{}", unit.entry.info.name);
        }
    }
}
