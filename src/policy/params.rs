//! Policy parameters: from `k=v` pairs to the policy's typed `Params` and back to the canonical text.

use crate::core::error::closest;
use crate::core::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The parameters of what has none.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// Parameters as the user gave them: name and value, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// Overlays the given values on `T::default()` and checks names and types.
    ///
    /// # Errors
    /// An unknown name, a name given twice, or a value of the wrong type; the message lists what exists.
    pub fn resolve<T: DeserializeOwned + Serialize + Default>(&self, owner: &str) -> Result<T> {
        let mut values = defaults::<T>();
        let mut given: Vec<&str> = Vec::new();
        for (name, text) in &self.0 {
            let Some(default) = values.get(name) else { return Err(unknown(owner, name, &values)) };
            if given.contains(&name.as_str()) {
                return Err(Error::usage(format!("{owner}: parameter '{name}' is given twice")));
            }
            given.push(name);
            let value = typed(text, default).ok_or_else(|| {
                Error::usage(format!("{owner}: '{name}={text}' is not {}", kind(default)))
                    .hint(format!("for example {name}={}", show(default)))
            })?;
            values.insert(name.clone(), value);
        }
        serde_json::from_value(Value::Object(values)).map_err(|e| Error::usage(format!("{owner}: {e}")))
    }
}

/// All parameters of `params`, sorted by name, as `k=v;k=v`.
pub fn canonical<T: Serialize>(params: &T) -> String {
    let Ok(Value::Object(values)) = serde_json::to_value(params) else { return String::new() };
    let mut pairs: Vec<String> = values.iter().map(|(k, v)| format!("{k}={}", show(v))).collect();
    pairs.sort();
    pairs.join(";")
}

/// Names and default values of `T`, in order of declaration.
pub fn default_pairs<T: Serialize + Default>() -> Vec<(String, String)> {
    defaults::<T>().iter().map(|(k, v)| (k.clone(), show(v))).collect()
}

/// Splits `k=v,k=v` (or with `;`).
///
/// # Errors
/// A part without `=`.
pub fn parse_pairs(owner: &str, text: &str) -> Result<Params> {
    let mut pairs = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            return Err(Error::usage(format!("{owner}: expected parameter=value, found '{part}'")));
        };
        pairs.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(Params(pairs))
}

fn defaults<T: Serialize + Default>() -> Map<String, Value> {
    match serde_json::to_value(T::default()) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn unknown(owner: &str, name: &str, known: &Map<String, Value>) -> Error {
    let error = Error::usage(format!("{owner} has no parameter '{name}'"));
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    match closest(name, names.iter().copied()) {
        Some(near) => error.hint(format!("did you mean '{near}'?")),
        None if names.is_empty() => error.hint(format!("{owner} takes no parameters")),
        None => error.hint(format!("it has: {}", names.join(", "))),
    }
}

/// Reads `text` as the type that `default` has.
fn typed(text: &str, default: &Value) -> Option<Value> {
    match default {
        Value::Bool(_) => text.parse().ok().map(Value::Bool),
        Value::Number(n) if n.is_f64() => {
            let value = crate::core::quantity::number(text).ok()?;
            serde_json::Number::from_f64(value).map(Value::Number)
        }
        Value::Number(_) => crate::core::quantity::count(text).ok().map(Value::from),
        Value::String(_) => Some(Value::from(text)),
        _ => None,
    }
}

fn kind(default: &Value) -> &'static str {
    match default {
        Value::Bool(_) => "true or false",
        Value::Number(n) if n.is_f64() => "a number",
        Value::Number(_) => "a whole number of at least 0",
        _ => "a word",
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        small: f64,
        bits: u8,
        fill: String,
    }

    impl Default for Sample {
        fn default() -> Self {
            Self { small: 0.1, bits: 2, fill: "paper".into() }
        }
    }

    fn resolve(text: &str) -> Result<Sample> {
        parse_pairs("p", text)?.resolve("p")
    }

    #[test]
    fn given_values_overlay_the_defaults() {
        assert_eq!(resolve("").unwrap(), Sample::default());
        let sample = resolve("bits=1, small=0.25").unwrap();
        assert_eq!(canonical(&sample), "bits=1;fill=paper;small=0.25");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(resolve("smal=1").unwrap_err().to_string().contains("did you mean 'small'?"));
        assert!(resolve("zzz=1").unwrap_err().to_string().contains("small, bits, fill"));
        assert!(resolve("bits=0.5").unwrap_err().to_string().contains("whole number"));
        assert!(resolve("bits=300").is_err());
        assert!(resolve("bits=1,bits=2").unwrap_err().to_string().contains("twice"));
        assert!(resolve("bits").is_err());
    }
}
