//! An analysis as a long table: a row for each number.

use super::Analysis;
use crate::core::{Error, Result};
use crate::record::AnalysisRow;
use serde_json::Value;

impl Analysis {
    /// A row for each number, in the order of the JSON object, whose numbers they are: the section is the member of the
    /// analysis, the name the path below it. A list has a row for each number of each item but the first, which is where on
    /// the axis the item is; an item that begins with a text has that in the names of its numbers. What there is no number
    /// for has no row.
    ///
    /// # Errors
    /// None; the signature is that of what makes the JSON.
    pub fn rows(&self) -> Result<Vec<AnalysisRow>> {
        let whole = serde_json::to_value(self).map_err(|e| Error::failure(e.to_string()))?;
        let mut rows = Vec::new();
        for (section, value) in whole.as_object().into_iter().flatten() {
            let row = |name: String, x: Option<(&str, f64)>, value: f64| AnalysisRow {
                trace: self.trace.clone(),
                section: section.clone(),
                name,
                x_name: x.map_or(String::new(), |(name, _)| name.to_owned()),
                x: x.map(|(_, at)| at),
                value,
            };
            for (name, value) in value.as_object().into_iter().flatten() {
                rows.extend(value.as_f64().map(|number| row(name.clone(), None, number)));
                for item in value.as_array().into_iter().flatten() {
                    let mut members = item.as_object().into_iter().flatten();
                    let Some((axis, at)) = members.next() else { continue };
                    for (own, number) in members {
                        let Some(number) = number.as_f64() else { continue };
                        rows.push(match at {
                            Value::String(word) => row(format!("{name}.{word}.{own}"), None, number),
                            at => row(format!("{name}.{own}"), at.as_f64().map(|at| (axis.as_str(), at)), number),
                        });
                    }
                }
            }
        }
        Ok(rows)
    }
}
