//! Layer 5: policies by name: aliases, help for typos, and the grammar of a policy list.

use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::engine::Unit;
use crate::policies::POLICIES;
use crate::policy::{Params, Setup, parse_pairs};

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
    let folded = fold(name);
    let answers = |unit: &&&Unit| std::iter::once(&unit.info.name).chain(unit.info.aliases).any(|n| fold(n) == folded);
    if let Some(unit) = POLICIES.iter().find(answers) {
        return Ok(unit);
    }
    let names: Vec<&str> = POLICIES.iter().map(|unit| unit.info.name).collect();
    let hint = match closest(&name.to_ascii_lowercase(), names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'? All: evictlab policies"),
        None => format!("there are: {}", names.join(", ")),
    };
    Err(Error::usage(format!("no policy is called '{name}'")).hint(hint))
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Reads a list such as `lru,s3-fifo:small=0.1,ghost=0.9,sieve`.
///
/// A part with `=` and no `:` belongs to the policy before it. `all` stands for every policy.
///
/// # Errors
/// An unknown policy or parameter, a value of the wrong type, or a list of nothing.
pub fn parse_list(text: &str) -> Result<Vec<Spec>> {
    let mut written: Vec<(String, Vec<String>)> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once(':') {
            Some((name, pairs)) => written.push((name.to_owned(), vec![pairs.to_owned()])),
            None if part.contains('=') => match written.last_mut() {
                Some((_, pairs)) => pairs.push(part.to_owned()),
                None => {
                    return Err(Error::usage(format!("'{part}' belongs to no policy"))
                        .hint("write the policy first, as in s3-fifo:small=0.1,ghost=0.9"));
                }
            },
            None if part == "all" => {
                written.extend(POLICIES.iter().map(|unit| (unit.info.name.to_owned(), Vec::new())));
            }
            None => written.push((part.to_owned(), Vec::new())),
        }
    }
    if written.is_empty() {
        return Err(
            Error::usage("no policy is named").hint("for example --policy lru,s3-fifo,sieve; all: evictlab policies")
        );
    }
    let read = |(name, pairs): &(String, Vec<String>)| {
        let unit = find(name)?;
        spec(unit, &parse_pairs(unit.info.name, &pairs.join(","))?.0)
    };
    written.iter().map(read).collect()
}

/// The policy with these parameters, name and value.
///
/// # Errors
/// An unknown parameter, or a value that is of the wrong type or out of range.
pub fn spec(unit: &'static Unit, pairs: &[(String, String)]) -> Result<Spec> {
    let params = Params(pairs.to_vec());
    let canonical = unit.canonical(&params)?;
    // Built once for nothing, so that a value out of range is known before a trace is read.
    unit.policy(&params, &Setup { objects: 1, capacity: 1, expected: 1, seed: 0 })?;
    Ok(Spec { unit, params, canonical })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<String> {
        parse_list(list).unwrap().iter().map(|s| format!("{}({})", s.unit.info.name, s.canonical)).collect()
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
        assert_eq!(names("all").len(), POLICIES.len());
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
            for name in std::iter::once(&unit.info.name).chain(unit.info.aliases) {
                assert!(seen.insert(fold(name)) || fold(name) == fold(unit.info.name), "{name}");
            }
        }
    }

    #[test]
    fn documented_parameters_are_the_real_ones() {
        for unit in POLICIES {
            let real: Vec<String> = unit.defaults().into_iter().map(|(name, _)| name).collect();
            let told: Vec<&str> = unit.info.params.iter().map(|p| p.name).collect();
            assert_eq!(told, real, "{}", unit.info.name);
        }
    }
}
