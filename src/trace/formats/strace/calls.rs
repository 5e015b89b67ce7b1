//! The calls that take a path, and what they do with it.

use crate::trace::Op;
use hashbrown::HashMap;
use memchr::memmem::find;

/// What a call does with its paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Opens the file; its flags say what for.
    Open,
    /// Uses the file, or looks it up.
    Read,
    /// Makes or changes the file.
    Write,
    /// Removes it.
    Remove,
    /// Makes a file of the second path; the first one is only text.
    MakeSecond,
    /// Removes the first path and makes the second.
    Move,
    /// Reads the first path and makes the second.
    Link,
}

/// A call: whether it uses a file as such, which is what counts by itself, and what it does.
pub(super) type Call = (bool, Does);

const CALLS: &[(bool, Does, &str)] = &[
    (true, Does::Open, "open openat openat2"),
    (true, Does::Write, "creat"),
    (true, Does::Read, "execve execveat"),
    (
        false,
        Does::Read,
        "stat lstat stat64 lstat64 newfstatat fstatat64 statx oldstat oldlstat access faccessat faccessat2",
    ),
    (
        false,
        Does::Read,
        "readlink readlinkat chdir chroot statfs statfs64 getxattr lgetxattr listxattr llistxattr uselib",
    ),
    (false, Does::Read, "name_to_handle_at inotify_add_watch"),
    (
        false,
        Does::Write,
        "mkdir mkdirat mknod mknodat truncate truncate64 chmod fchmodat fchmodat2 chown lchown chown32",
    ),
    (
        false,
        Does::Write,
        "lchown32 fchownat utime utimes utimensat futimesat setxattr lsetxattr removexattr lremovexattr",
    ),
    (false, Does::Remove, "unlink unlinkat rmdir"),
    (false, Does::MakeSecond, "symlink symlinkat"),
    (false, Does::Move, "rename renameat renameat2"),
    (false, Does::Link, "link linkat"),
];

/// The calls by name.
#[derive(Debug)]
pub(super) struct Calls(HashMap<&'static [u8], Call>);

impl Calls {
    pub(super) fn new() -> Self {
        let names = |&(uses, does, names): &(bool, Does, &'static str)| {
            names.split(' ').map(move |name| (name.as_bytes(), (uses, does)))
        };
        Self(CALLS.iter().flat_map(names).collect())
    }

    /// The call of this name.
    pub(super) fn find(&self, name: &[u8]) -> Option<Call> {
        self.0.get(name).copied()
    }
}

/// The operation of opening a file with these flags: a set if it is written, or made, or emptied.
///
/// With `O_RDWR` alone what is in the file is used, as with a database.
pub(super) fn opened(flags: &[u8]) -> Op {
    let has = |flag: &str| find(flags, flag.as_bytes()).is_some();
    if has("O_WRONLY") || has("O_TRUNC") || has("O_RDWR") && has("O_CREAT") { Op::Set } else { Op::Get }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once() {
        let names = CALLS.iter().flat_map(|group| group.2.split(' '));
        assert_eq!(names.count(), Calls::new().0.len());
        assert_eq!(Calls::new().find(b"openat"), Some((true, Does::Open)));
        assert_eq!(Calls::new().find(b"write"), None);
    }

    #[test]
    fn flags_say_what_a_file_is_opened_for() {
        for (flags, op) in [
            (", O_RDONLY|O_CLOEXEC", Op::Get),
            (", O_RDWR", Op::Get),
            (", O_RDWR|O_CREAT, 0644", Op::Set),
            (", O_WRONLY|O_APPEND", Op::Set),
            (", O_RDONLY|O_TRUNC", Op::Set),
            (", O_RDONLY|O_CREAT, 0600", Op::Get),
            (", {flags=O_WRONLY|O_CREAT, mode=0600, resolve=0}, 24", Op::Set),
        ] {
            assert_eq!(opened(flags.as_bytes()), op, "{flags}");
        }
    }
}
