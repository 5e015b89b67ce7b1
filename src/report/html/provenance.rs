//! A manifest as HTML, whatever is in it: objects become lists of names and values, lists of objects become tables.

use maud::{Markup, html};
use serde_json::{Map, Value};

/// A list of objects is a table of at most so many rows; more would only make the page heavy.
const MOST_ROWS: usize = 500;

/// Deeper values are written as JSON.
const DEEPEST: usize = 6;

/// The value as HTML.
pub(super) fn tree(value: &Value) -> Markup {
    at_depth(value, 0)
}

fn at_depth(value: &Value, depth: usize) -> Markup {
    match value {
        Value::Object(members) if depth < DEEPEST => html! {
            @if members.is_empty() { span.muted { "none" } } @else {
                dl.tree { @for (name, value) in members { dt { (words(name)) } dd { (member(name, value, depth)) } } }
            }
        },
        Value::Array(items) if depth < DEEPEST => list("list", items, depth),
        Value::Null => html! { span.muted { "none" } },
        Value::String(text) if text.is_empty() => html! { span.muted { "empty" } },
        Value::String(text) => html! { (text) },
        other => html! { (other) },
    }
}

/// Some members read best in another way than their kind's.
fn member(name: &str, value: &Value, depth: usize) -> Markup {
    match (name, value) {
        ("command", Value::Array(words)) if words.iter().all(Value::is_string) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            html! { code { (words.join(" ")) } }
        }
        ("command" | "commit" | "sha256", Value::String(text)) => html! { code { (text) } },
        ("spec", Value::String(text)) => html! { pre tabindex="0" { (text) } },
        (_, Value::Array(items)) if depth + 1 < DEEPEST => list(&words(name), items, depth + 1),
        _ => at_depth(value, depth + 1),
    }
}

fn list(name: &str, items: &[Value], depth: usize) -> Markup {
    if items.is_empty() {
        return html! { span.muted { "none" } };
    }
    let objects: Option<Vec<&Map<String, Value>>> = items.iter().map(Value::as_object).collect();
    let Some(objects) = objects else {
        return html! { ul { @for item in items { li { (at_depth(item, depth + 1)) } } } };
    };
    let mut names: Vec<&str> = Vec::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let numeric = |name: &str| objects.iter().all(|object| object.get(name).is_none_or(Value::is_number));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(name) {
            table {
                thead { tr { @for name in &names { th scope="col" .number[numeric(name)] { (words(name)) } } } }
                tbody {
                    @for object in objects.iter().take(MOST_ROWS) {
                        tr { @for name in &names {
                            td .number[numeric(name)] .hash[*name == "sha256"] {
                                @if let Some(value) = object.get(*name) { (cell(value, depth)) }
                            }
                        } }
                    }
                }
            }
        }
        @if objects.len() > MOST_ROWS { p.muted { (objects.len() - MOST_ROWS) " more are in the file." } }
    }
}

/// Numbers in tables are grouped, as they are read and not copied.
fn cell(value: &Value, depth: usize) -> Markup {
    match value.as_u64() {
        Some(number) => html! { (crate::core::quantity::show_count(number)) },
        None => at_depth(value, depth + 1),
    }
}

/// `cells_done` for people.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_is_there_is_shown_and_escaped() {
        let value = json!({
            "command": ["evictlab", "sweep", "a b"],
            "machine": {"cores": 2, "none": null},
            "traces": [{"name": "<b>", "requests": 1_234_567}, {"name": "u", "extra": [1, "two"]}],
            "warnings": [],
            "mixed": [1, {"a": "&"}],
        });
        let text = tree(&value).into_string();
        assert!(text.contains("<code>evictlab sweep a b</code>"), "{text}");
        assert!(text.contains("&lt;b&gt;") && !text.contains("<b>"), "{text}");
        assert!(text.contains("<td class=\"number\">1,234,567</td>"), "{text}");
        assert!(text.contains("<th scope=\"col\">extra</th>") && text.contains("<li>two</li>"), "{text}");
        assert!(text.contains("<dd>&amp;</dd>"), "{text}");
    }

    #[test]
    fn depth_has_an_end() {
        let mut value = json!(1);
        for _ in 0..100 {
            value = json!([value]);
        }
        assert!(tree(&value).into_string().matches("<ul>").count() <= DEEPEST);
    }
}
