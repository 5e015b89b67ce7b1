//! The commented scenario that `scenario init` prints.

/// A scenario that can be run as it is, with every key, its default and its meaning.
pub const TEMPLATE: &str = include_str!("template.toml");

#[cfg(test)]
mod tests {
    use super::super::document::Scenario;
    use super::super::law::LAWS;
    use super::super::placement::SCHEMES;
    use super::super::spec::{self, Spec};
    use super::TEMPLATE;
    use crate::core::document::{Reader, settings};
    use serde::de::DeserializeOwned;

    /// The template with the defaults that it shows in comments written out.
    fn uncommented() -> String {
        let line = |line: &'static str| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') => rest,
            Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains([' ', ':', '\''])) => rest,
            _ => line,
        };
        TEMPLATE.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn it_can_be_run() {
        let scenario = Scenario::read("mine.toml", TEMPLATE).unwrap();
        assert_eq!(scenario.configurations().unwrap().len(), 2);
    }

    /// The keys of a table, by what the reader says of an unknown one.
    fn keys<T: DeserializeOwned + std::fmt::Debug>() -> Vec<String> {
        let (_, table) = Reader::open("x", "no_such_key_at_all = 1");
        let (_, error) = settings::<T>(table).unwrap_err();
        let text = error.to_string();
        let all = text.rsplit_once("there are: ").or_else(|| text.rsplit_once("There are: ")).unwrap().1.to_owned();
        all.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn it_shows_every_key() {
        let (_, table) = Reader::open("mine.toml", &uncommented());
        let has = |path: &str, keys: Vec<String>| {
            for key in keys {
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                assert!(table.get(&path).is_some(), "the template lacks {path}");
            }
        };
        has("", keys::<Spec>());
        has("load", keys::<spec::Load>());
        has("clients.0", keys::<spec::Clients>());
        has("level.0", keys::<spec::Level>());
        has("level.0.breaker", keys::<spec::Breaker>());
        has("origin", keys::<spec::Origin>());
        has("write", keys::<spec::Write>());
        has("invalidation", keys::<spec::Invalidation>());
        has("content.0", keys::<spec::Content>());
        has("event.0", keys::<spec::Event>());
    }

    #[test]
    fn the_defaults_it_shows_are_the_defaults() {
        let read = |text: &str| {
            let (reader, mut table) = Reader::open("mine.toml", text);
            for own in ["name", "question", "figure", "keys"] {
                table.take(own);
            }
            let spec: Result<Spec, _> = settings(table);
            spec.unwrap_or_else(|(at, error)| panic!("{}", error.at(reader.place(at))))
        };
        // One value of the list, and without what has no default to show.
        let plain = |text: String| text.replace("[\"none\", \"mutex\"]", "\"none\"");
        let (short, long) = (read(&plain(TEMPLATE.to_owned())), read(&plain(uncommented())));
        let shown = spec::Spec {
            window: None,
            content: Vec::new(),
            event: Vec::new(),
            load: spec::Load { workload: None, trace: None, trace_format: None, ..long.load.clone() },
            clients: vec![spec::Clients { level: None, ..long.clients[0].clone() }],
            level: vec![spec::Level {
                behind: None,
                capacity: None,
                flush_at: None,
                flush_every: None,
                ..long.level[0].clone()
            }],
            origin: long.origin.clone().map(|origin| spec::Origin { servers: None, queue: None, ..origin }),
            write: spec::Write { full: None, ..long.write.clone() },
            ..long
        };
        assert_eq!(short, shown);
    }

    #[test]
    fn it_names_all_laws_and_schemes() {
        for law in LAWS.iter().filter(|law| law.name != "fixed") {
            assert!(TEMPLATE.contains(&format!("{}(", law.name)), "{}", law.name);
        }
        let line = TEMPLATE.lines().find(|line| line.contains("scheme = ")).unwrap();
        for scheme in SCHEMES {
            assert!(line.contains(scheme.name), "{}", scheme.name);
        }
    }
}
