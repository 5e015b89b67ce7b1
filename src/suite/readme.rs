//! The commands that the README shows, run in order in an empty folder as a reader would.
#![cfg(unix)]

use crate::command::{Place, binary};
use std::path::Path;
use std::process::Command;

/// What is not run: it builds, measures or installs, which is not the program's doing.
const LEFT_OUT: [&str; 4] = ["cargo test", "cargo bench", "cargo install", "cargo build"];

/// The lines of the fenced shell blocks that call the program; a line that ends with `\` goes on in the next.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut fence: Option<bool> = None;
    let mut begun = String::new();
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(matches!(language.trim(), "sh" | "bash" | "console")) };
            continue;
        }
        if fence != Some(true) {
            continue;
        }
        begun.push_str(line.trim().trim_start_matches("$ "));
        if begun.ends_with('\\') {
            begun.pop();
            continue;
        }
        let command = std::mem::take(&mut begun).replace("cargo run --release -- ", "evictlab ");
        if command.starts_with("evictlab ") && !LEFT_OUT.iter().any(|left| command.starts_with(left)) {
            commands.push(command);
        }
    }
    commands
}

#[test]
fn commands_are_found() {
    let text = "```text\nevictlab a\n```\n```sh\n$ evictlab b \\\n  --c\n# no\ncargo test\n```\n    evictlab d\n\
                ```console\ncargo run --release -- e\n```\n```\nevictlab f\n```\n";
    assert_eq!(commands(text), ["evictlab b --c", "evictlab e"]);
}

#[test]
fn the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let commands = commands(&readme);
    if commands.is_empty() {
        crate::shared::skipped("the README shows no command yet");
        return;
    }
    let place = Place::new();
    let mut path = binary().parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    for command in &commands {
        let output =
            Command::new("sh").args(["-c", command]).current_dir(place.path(".")).env("PATH", &path).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command}\n{stderr}");
        assert!(!stderr.contains("panicked"), "{command}\n{stderr}");
    }
    if commands.iter().any(|command| command.starts_with("evictlab demo")) {
        for name in ["results.csv", "hit-ratio-curves.svg", "hit-ratio-curves.png"] {
            assert!(place.path("results/demo").join(name).is_file(), "the demo left no {name}");
        }
    }
}
