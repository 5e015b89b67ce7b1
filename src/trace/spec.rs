//! A format as text: a name and options, as in `csv:id=5,size=4`.

use super::formats::{FORMATS, Format};
use crate::core::{Error, Result, error::closest};
use std::collections::BTreeMap;
use std::fmt;

/// A format and the options given to it.
#[derive(Clone)]
pub struct Spec {
    /// The format.
    pub format: &'static Format,
    /// The options, by name.
    pub options: Options,
}

/// Options of a format; only those that were given.
pub type Options = BTreeMap<&'static str, String>;

impl Spec {
    /// The format without options.
    pub fn new(format: &'static Format) -> Self {
        Self { format, options: Options::new() }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format.name)?;
        // In the order in which the format lists them, so that equal specs print equally.
        let given = self.format.options.iter().filter_map(|o| self.options.get(o.name).map(|value| (o.name, value)));
        for (i, (name, value)) in given.enumerate() {
            write!(f, "{}{name}={value}", if i == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Reads `name` or `name:option=value,option=value`. Names and aliases are compared without regard to case, `-` and `_`.
///
/// # Errors
/// An unknown format or option, an option without a value or given twice. Values are checked when a file is opened.
pub fn parse_format(text: &str) -> Result<Spec> {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let format = find(name.trim())?;
    let mut spec = Spec::new(format);
    for part in rest.split(',').filter(|part| !part.trim().is_empty()) {
        let Some((key, value)) = part.split_once('=') else {
            return Err(Error::usage(format!("trace format '{text}': '{}' has no value", part.trim()))
                .hint(format!("write {name}:option=value,option=value")));
        };
        let key = key.trim().to_ascii_lowercase().replace('-', "_");
        let Some(option) = format.options.iter().find(|option| option.name == key) else {
            return Err(unknown_option(format, &key));
        };
        // A delimiter may be a blank, so values are taken as they are.
        if spec.options.insert(option.name, value.to_string()).is_some() {
            return Err(Error::usage(format!("trace format '{text}': {key} is given twice")));
        }
    }
    Ok(spec)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

fn find(name: &str) -> Result<&'static Format> {
    let wanted = plain(name);
    let names = |f: &&'static Format| std::iter::once(f.name).chain(f.aliases.iter().copied()).collect::<Vec<_>>();
    if let Some(format) = FORMATS.iter().find(|f| names(f).iter().any(|n| plain(n) == wanted)) {
        return Ok(format);
    }
    let known = FORMATS.iter().flat_map(names);
    let hint = match closest(name, known) {
        Some(close) => format!("did you mean {close}?"),
        None => format!("known formats: {}", FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ")),
    };
    Err(Error::usage(format!("unknown trace format '{name}'")).hint(hint))
}

fn unknown_option(format: &Format, key: &str) -> Error {
    let names: Vec<&str> = format.options.iter().map(|option| option.name).collect();
    let hint = match closest(key, names.iter().copied()) {
        Some(close) => format!("did you mean {close}?"),
        None if names.is_empty() => format!("{} has no options", format.name),
        None => format!("options of {}: {}", format.name, names.join(", ")),
    };
    Error::usage(format!("trace format {} has no option '{key}'", format.name)).hint(hint)
}

/// The error for an option whose value makes no sense.
pub fn bad_value(format: &str, option: &str, value: &str, expected: &str) -> Error {
    Error::usage(format!("trace format {format}: {option}={value} is not valid")).hint(format!("expected {expected}"))
}

/// The value of an option that is `true` or `false`; `None` where it was not given.
///
/// # Errors
/// Another value.
pub fn boolean(format: &str, options: &Options, name: &str) -> Result<Option<bool>> {
    match options.get(name).map(|value| value.trim()) {
        None => Ok(None),
        Some("true" | "yes" | "1") => Ok(Some(true)),
        Some("false" | "no" | "0") => Ok(Some(false)),
        Some(other) => Err(bad_value(format, name, other, "true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_forgiving_and_print_canonically() {
        for name in ["oracle-general", "oracleGeneral", "ORACLE_GENERAL", "oraclegeneral"] {
            assert_eq!(parse_format(name).unwrap().to_string(), "oracle-general", "{name}");
        }
        assert_eq!(parse_format("plain").unwrap().to_string(), "txt");
        assert_eq!(parse_format("lis").unwrap().to_string(), "arc");
        assert_eq!(parse_format("csv:size=4,id=5").unwrap().to_string(), "csv:id=5,size=4");
        assert_eq!(parse_format("csv:delimiter= ,id=1").unwrap().options["delimiter"], " ");
    }

    #[test]
    fn mistakes_get_a_hint() {
        let hint = |text| parse_format(text).unwrap_err().to_string();
        assert!(hint("cvs").contains("did you mean csv"), "{}", hint("cvs"));
        assert!(hint("nonsense").contains("known formats"));
        assert!(hint("csv:idd=5").contains("did you mean id"));
        assert!(hint("lirs:x=5").contains("no options"));
        assert!(hint("csv:id").contains("has no value"));
        assert!(hint("csv:id=1,id=2").contains("twice"));
    }
}
