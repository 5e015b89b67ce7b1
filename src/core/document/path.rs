//! Places in a document by path: `level.cache.ttl` is the key `ttl` of the table named `cache` in the list `level`.

use super::{Node, Table, Word};

/// Splits off the first segment of a path.
fn split(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)))
}

impl Table {
    fn entry(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(word, _)| word.text == key).map(|(_, node)| node)
    }

    /// Its `name`, for tables that stand in a list.
    fn name(&self) -> Option<&str> {
        match self.entry("name")? {
            Node::Word(word) => Some(&word.text),
            _ => None,
        }
    }

    /// What is at a path.
    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        let (key, rest) = split(path);
        let node = self.entry(key)?;
        let Some(rest) = rest else { return Some(node) };
        match node {
            Node::Table(inner) => inner.get(rest),
            Node::List(list, _) => {
                let (segment, rest) = split(rest);
                let found = &list[item(list, segment)?];
                match (found, rest) {
                    (Node::Table(inner), Some(rest)) => inner.get(rest),
                    (found, None) => Some(found),
                    _ => None,
                }
            }
            Node::Word(_) => None,
        }
    }

    /// Puts a value at a path. Tables among `made` are made where they are missing; false if another part of the path is
    /// not there.
    pub(crate) fn put(&mut self, path: &str, value: &Node, made: &[&str]) -> bool {
        let at = value.at();
        let (key, rest) = split(path);
        let found = self.entries.iter().position(|(word, _)| word.text == key);
        let Some(rest) = rest else {
            match found {
                Some(found) => self.entries[found].1 = value.clone(),
                None => self.entries.push((Word { text: key.to_owned(), at }, value.clone())),
            }
            return true;
        };
        let found = match found {
            Some(found) => found,
            None if made.contains(&key) => {
                let empty = Node::Table(Table { at, entries: Vec::new() });
                self.entries.push((Word { text: key.to_owned(), at }, empty));
                self.entries.len() - 1
            }
            None => return false,
        };
        match &mut self.entries[found].1 {
            Node::Table(inner) => inner.put(rest, value, made),
            Node::List(list, _) => {
                let (segment, Some(rest)) = split(rest) else { return false };
                match item(list, segment).map(|index| &mut list[index]) {
                    Some(Node::Table(inner)) => inner.put(rest, value, made),
                    _ => false,
                }
            }
            Node::Word(_) => false,
        }
    }

    /// Takes out the key at a path of one table and a key in it, if it is there.
    pub(crate) fn remove(&mut self, table: &str, key: &str) {
        for (word, node) in &mut self.entries {
            if let Node::Table(inner) = node
                && word.text == table
            {
                inner.take(key);
            }
        }
    }

    /// The byte of the longest part of a path that is there; of the document's start if none is.
    pub(crate) fn position(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            match (self.get(path), path.rsplit_once('.')) {
                (Some(node), _) => return node.at(),
                (None, Some((shorter, _))) => path = shorter,
                (None, None) => return 0,
            }
        }
    }

    /// Every list of words below, with its path, in the order of the document.
    pub(crate) fn lists(&self) -> Vec<(String, Vec<Word>)> {
        let mut lists = Vec::new();
        self.find_lists("", &mut lists);
        lists
    }

    fn find_lists(&self, path: &str, lists: &mut Vec<(String, Vec<Word>)>) {
        for (key, value) in &self.entries {
            let path = if path.is_empty() { key.text.clone() } else { format!("{path}.{}", key.text) };
            match value {
                Node::Table(inner) => inner.find_lists(&path, lists),
                Node::List(list, _) if list.iter().any(|node| matches!(node, Node::Table(_))) => {
                    for (number, node) in list.iter().enumerate() {
                        if let Node::Table(inner) = node {
                            let segment = inner.name().map_or_else(|| number.to_string(), str::to_owned);
                            inner.find_lists(&format!("{path}.{segment}"), lists);
                        }
                    }
                }
                Node::List(list, _) => {
                    let word = |node: &Node| if let Node::Word(word) = node { Some(word.clone()) } else { None };
                    lists.push((path, list.iter().filter_map(word).collect()));
                }
                Node::Word(_) => {}
            }
        }
    }

    /// Every word and list of words below, with its path: nested tables flattened.
    pub(crate) fn leaves(&self) -> Vec<(String, &Node)> {
        let mut leaves = Vec::new();
        for (key, value) in &self.entries {
            match value {
                Node::Table(inner) => {
                    leaves
                        .extend(inner.leaves().into_iter().map(|(path, node)| (format!("{}.{path}", key.text), node)));
                }
                value => leaves.push((key.text.clone(), value)),
            }
        }
        leaves
    }
}

/// The number of the item that a segment names, by the `name` of a table or by its number.
fn item(list: &[Node], segment: &str) -> Option<usize> {
    let named = |node: &Node| matches!(node, Node::Table(table) if table.name() == Some(segment));
    let by_number = || segment.parse().ok().filter(|&number: &usize| number < list.len());
    list.iter().position(named).or_else(by_number)
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    const TEXT: &str = "a = 1\n[t]\nb = [2, 3]\n[[l]]\nname = \"x\"\nc = 4\n[[l]]\nname = \"y\"\nc = [5, 6]\n";

    fn text(node: Option<&Node>) -> String {
        match node {
            Some(Node::Word(word)) => word.text.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn values_are_found_and_put_by_path() {
        let (_, mut table) = Reader::open("d.toml", TEXT);
        assert_eq!(text(table.get("a")), "1");
        assert_eq!(text(table.get("l.x.c")), "4");
        assert_eq!(text(table.get("l.0.c")), "4");
        assert!(table.get("l.z.c").is_none() && table.get("l.7.c").is_none() && table.get("a.b").is_none());
        let nine = Node::Word(Word { text: "9".into(), at: 77 });
        assert!(table.put("l.y.c", &nine, &[]) && table.put("new.d", &nine, &["new"]) && table.put("e", &nine, &[]));
        assert!(
            !table.put("l.z.c", &nine, &[]) && !table.put("other.d", &nine, &["new"]) && !table.put("a.b", &nine, &[])
        );
        assert_eq!(
            (text(table.get("l.y.c")), text(table.get("new.d")), text(table.get("e"))),
            ("9".into(), "9".into(), "9".into())
        );
        assert_eq!(table.position("l.y.c"), 77);
        table.remove("t", "b");
        assert!(table.get("t.b").is_none());
        assert_eq!(table.position("a.nothing"), TEXT.find('1').unwrap());
    }

    #[test]
    fn lists_are_found_with_their_paths() {
        let (_, table) = Reader::open("d.toml", TEXT);
        let lists = table.lists();
        let found: Vec<(&str, usize)> = lists.iter().map(|(path, words)| (path.as_str(), words.len())).collect();
        assert_eq!(found, [("t.b", 2), ("l.y.c", 2)]);
        let leaves: Vec<String> = table.leaves().into_iter().map(|(path, _)| path).collect();
        assert_eq!(leaves, ["a", "t.b", "l"]);
    }
}
