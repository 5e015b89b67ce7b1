//! A manifest as HTML, whatever is in it: objects become lists of names and values, lists of objects become tables.

use super::sections::breakable;
use maud::{Markup, html};
use serde_json::{Map, Value};

/// A list of objects is a table of at most so many rows; more would only make the page heavy.
const MOST_ROWS: usize = 500;

/// Deeper values are written as JSON.
const DEEPEST: usize = 6;

/// Texts up to so many characters stand in one line of a table.
const ONE_LINE: usize = 24;

/// The value as HTML.
pub(super) fn tree(value: &Value) -> Markup {
    at_depth(value, 0)
}

fn at_depth(value: &Value, depth: usize) -> Markup {
    match value {
        Value::Object(members) if depth < DEEPEST => html! {
            @if members.is_empty() { span.muted { "none" } } @else {
                // The question stands at the head of the page.
                @let shown = members.iter().filter(|(name, _)| depth > 0 || name.as_str() != "question");
                dl.tree { @for (name, value) in shown { dt { (words(name)) } dd { (member(name, value, depth)) } } }
            }
        },
        Value::Array(items) if depth < DEEPEST => list("list", items, depth),
        Value::Null => html! { span.muted { "none" } },
        Value::String(text) if text.is_empty() => html! { span.muted { "empty" } },
        other => html! { (line(other)) },
    }
}

/// Some members read best in another way than their kind's.
fn member(name: &str, value: &Value, depth: usize) -> Markup {
    match (name, value) {
        ("command" | "commit" | "sha256" | "plan", _) => {
            code(name, value).unwrap_or_else(|| at_depth(value, depth + 1))
        }
        ("expanded", Value::Object(_)) => html! {
            details { summary { "the spec, every list written out" } (at_depth(value, depth + 1)) }
        },
        (_, Value::Array(items)) if depth + 1 < DEEPEST => list(&words(name), items, depth + 1),
        _ => at_depth(value, depth + 1),
    }
}

/// Commands and hashes, if it is one.
fn code(name: &str, value: &Value) -> Option<Markup> {
    let text = match (name, value) {
        ("command", Value::Array(words)) => words.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(" "),
        ("command" | "commit" | "sha256" | "plan", Value::String(text)) => text.clone(),
        _ => return None,
    };
    Some(html! { code { (text) } })
}

fn list(name: &str, items: &[Value], depth: usize) -> Markup {
    if items.is_empty() {
        return html! { span.muted { "none" } };
    }
    let objects: Option<Vec<&Map<String, Value>>> = items.iter().map(Value::as_object).collect();
    let Some(objects) = objects else {
        // Sentences want a line each.
        let words = items.iter().all(|item| item.as_str().is_some_and(|text| !text.contains(' ')) || item.is_number());
        return html! {
            @if words { (line(&Value::Array(items.to_vec()))) } @else {
                ul { @for item in items { li { (at_depth(item, depth + 1)) } } }
            }
        };
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
                        tr { @for name in &names { (cell(name, object.get(*name).unwrap_or(&Value::Null), numeric(name))) } }
                    }
                }
            }
        }
        @if objects.len() > MOST_ROWS { p.muted { (objects.len() - MOST_ROWS) " more are in the file." } }
    }
}

/// A cell of a table: whatever it is, in a line of text. Numbers are grouped, as they are read and not copied.
fn cell(name: &str, value: &Value, numeric: bool) -> Markup {
    let text = value.as_u64().map_or_else(|| line(value), crate::core::quantity::show_count);
    let short = text.chars().count() <= ONE_LINE;
    html! {
        td .number[numeric] .short[short] .hash[name == "sha256"] {
            @match code(name, value) { Some(code) => (code), None if numeric => (text), None => (breakable(&text)) }
        }
    }
}

/// A value in a line, as in `os: Linux, processors: 2`; nothing for nothing.
fn line(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(line).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", words(name), line(value));
            members.iter().map(member).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
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
        assert!(text.contains("<td class=\"number short\">1,234,567</td>"), "{text}");
        assert!(text.contains(">extra</th>") && text.contains("1,<wbr> two<wbr></td>"), "{text}");
        assert!(text.contains("<li><dl class=\"tree\"><dt>a</dt><dd>&amp;</dd></dl></li>"), "{text}");
    }

    #[test]
    fn a_run_is_a_line_of_its_table() {
        let runs = json!({"runs": [{"command": ["evictlab", "demo"], "machine": {"os": "Linux", "threads": 2}}]});
        let text = tree(&runs).into_string();
        assert!(text.contains("<code>evictlab demo</code>"), "{text}");
        assert!(text.contains("os: Linux,<wbr> threads: 2"), "{text}");
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
