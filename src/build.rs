//! The build script: the commit that a release is built from, for the provenance of results.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    // Outside a checkout, as in a package from the registry, there is none. A debug build does without, so that it need
    // not be built anew after each commit.
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let mut commit = String::new();
    if let (true, Some(head)) = (release, git(&["rev-parse", "--short=12", "HEAD"])) {
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|status| !status.is_empty());
        commit = head + if changed { "-changed" } else { "" };
        if let Some(path) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    println!("cargo:rustc-env=EVICTLAB_COMMIT={commit}");
}
