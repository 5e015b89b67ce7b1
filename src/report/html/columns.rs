//! Result rows as columns, each in the shortest of three forms, for the page's table.

use crate::record::{COLUMNS, Row};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What precedes the name of a parameter that a sweep varies.
const PREFIX: &str = "parameter_";

/// The largest integer that a script's numbers hold exactly.
const EXACT: u64 = 1 << 53;

/// Every column of the rows, those of varied parameters last.
///
/// A column is an object with `name`, `about` (what it means), `text` (does it hold words?), and one of: `same` (one value
/// for all rows), `list` and `at` (distinct values, and for each row the index of its own), `values` (one for each row).
pub(super) fn encode(rows: &[Row]) -> Value {
    let mut columns: Vec<(String, Vec<Value>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        let Ok(Value::Object(cells)) = serde_json::to_value(row) else { continue };
        let varied =
            row.parameters.iter().map(|(name, value)| (format!("{PREFIX}{name}"), Value::from(value.as_str())));
        for (name, value) in cells.into_iter().chain(varied) {
            let at = *places.entry(name).or_insert_with_key(|name| {
                columns.push((name.clone(), Vec::with_capacity(rows.len())));
                columns.len() - 1
            });
            columns[at].1.resize(i, Value::Null);
            columns[at].1.push(value);
        }
    }
    let columns = columns.into_iter().map(|(name, mut values)| {
        values.resize(rows.len(), Value::Null);
        column(name, values)
    });
    json!({"count": rows.len(), "columns": columns.collect::<Value>()})
}

fn column(name: String, mut values: Vec<Value>) -> Value {
    let numeric = |v: &Value| v.is_number() || v.is_null();
    if values.iter().any(|v| v.as_u64().is_some_and(|n| n > EXACT)) {
        for value in &mut values {
            *value = Value::String(value.to_string());
        }
    }
    if name.starts_with(PREFIX) {
        let numbers: Option<Vec<Value>> = values.iter().map(as_number).collect();
        values = numbers.unwrap_or(values);
    }
    let mut column = Map::new();
    column.insert("text".into(), (!values.iter().all(numeric)).into());
    column.insert("about".into(), meaning(&name).into());
    column.insert("name".into(), name.into());
    let mut list: Vec<String> = Vec::new();
    let mut distinct: HashMap<String, usize> = HashMap::new();
    let written: Vec<String> = values.iter().map(Value::to_string).collect();
    let at: Vec<usize> = written
        .iter()
        .map(|text| {
            *distinct.entry(text.clone()).or_insert_with(|| {
                list.push(text.clone());
                list.len() - 1
            })
        })
        .collect();
    let plain: usize = written.iter().map(String::len).sum();
    let encoded: usize = list.iter().map(String::len).sum::<usize>() + at.iter().map(|i| digits(*i)).sum::<usize>();
    if list.len() <= 1 {
        column.insert("same".into(), values.swap_remove(0));
    } else if encoded < plain {
        let mut first: Vec<usize> = Vec::with_capacity(list.len());
        for (row, &number) in at.iter().enumerate() {
            if number == first.len() {
                first.push(row);
            }
        }
        column.insert("list".into(), first.into_iter().map(|row| values[row].clone()).collect());
        column.insert("at".into(), at.into());
    } else {
        column.insert("values".into(), values.into());
    }
    column.into()
}

/// A parameter's text as the number it is written as, if it is one and is written the usual way.
fn as_number(value: &Value) -> Option<Value> {
    let Some(text) = value.as_str() else { return Some(Value::Null) };
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
    let value = if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) };
    let usual = value.to_string();
    (usual == text).then_some(value)
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// What a column means, from the data dictionary.
pub(super) fn meaning(name: &str) -> &'static str {
    match COLUMNS.iter().find(|column| column.name == name) {
        Some(column) => column.meaning,
        None if name.starts_with(PREFIX) => "a parameter that the sweep varies",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        (0..40u64)
            .map(|i| Row {
                trace: "a long name of a trace".into(),
                policy: if i % 2 == 0 { "lru" } else { "sieve" }.into(),
                hits: 1000 + i,
                seed: u64::MAX - i,
                parameters: if i > 1 { vec![("small".into(), "0.1".into())] } else { Vec::new() },
                ..Row::default()
            })
            .collect()
    }

    fn find<'a>(table: &'a Value, name: &str) -> &'a Value {
        table["columns"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap()
    }

    /// The value of a column at a row, as the page's script finds it.
    fn get(column: &Value, row: usize) -> &Value {
        match (column.get("same"), column.get("list")) {
            (Some(same), _) => same,
            (_, Some(list)) => &list[column["at"][row].as_u64().unwrap() as usize],
            _ => &column["values"][row],
        }
    }

    #[test]
    fn each_column_takes_its_shortest_form_and_loses_nothing() {
        let (rows, table) = (rows(), encode(&rows()));
        assert_eq!(table["count"], 40);
        assert!(find(&table, "trace").get("same").is_some());
        assert_eq!(find(&table, "policy")["list"], json!(["lru", "sieve"]));
        assert!(find(&table, "hits").get("values").is_some());
        for (i, row) in rows.iter().enumerate() {
            let whole = serde_json::to_value(row).unwrap();
            for (name, value) in whole.as_object().unwrap().iter().filter(|(name, _)| *name != "seed") {
                assert_eq!(get(find(&table, name), i), value, "{name} of row {i}");
            }
        }
    }

    #[test]
    fn integers_that_a_script_would_round_are_text() {
        let table = encode(&rows());
        assert_eq!(get(find(&table, "seed"), 3), &json!((u64::MAX - 3).to_string()));
        assert_eq!(find(&table, "seed")["text"], true);
    }

    #[test]
    fn parameters_are_numbers_where_they_all_are_and_empty_where_a_row_has_none() {
        let table = encode(&rows());
        let small = find(&table, "parameter_small");
        assert_eq!((get(small, 0), get(small, 2), &small["text"]), (&Value::Null, &json!(0.1), &json!(false)));
        assert_eq!(as_number(&json!("0.10")), None);
        assert_eq!(as_number(&json!("paper")), None);
    }
}
