//! What `strace -f -e trace=file` writes, with time stamps (`-t`, `-tt`, `-ttt`, `-r`) or without: the files that programs
//! use.
//!
//! The object is the path, decoded. A relative one gets its directory in front where the log names that (`strace -y`);
//! otherwise it stays as it is, though two processes may then mean two files by it, and a note says how many there were.
//! strace writes every path to its end; one that is cut all the same (`"..."...`) is taken as it stands.
//!
//! An opening or execution of a file is a request; other calls with a path are with `calls=all`. Opening a file for writing,
//! or making one, is a set, removing it a delete, renaming it a delete of the old path and a set of the new one. Calls that
//! failed are left out, since there is nothing to cache, or with `failed=true` all of them are gets: a name was looked up.
//!
//! A call that another process interrupts (`<unfinished ...>`) is one request, where and when it is resumed, since only then
//! its result is known. Times of day that jump back by more than half a day are past midnight. The log has no sizes of files.

use super::tally::note;
use super::{Decoder, Fill, Form, Format, OptionHelp, each_line};
use crate::core::{Error, Result, SECOND, Time};
use crate::trace::Op;
use crate::trace::batch::Batch;
use crate::trace::detect::{self, Probe};
use crate::trace::escape::decode;
use crate::trace::field;
use crate::trace::input::Input;
use crate::trace::spec::{Options, bad_value, boolean};
use calls::{Calls, Does, opened};
use hashbrown::HashMap;
use line::{Body, Outcome, Path, Stamp};

mod calls;
mod line;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "strace",
    aliases: &[],
    extensions: &["strace"],
    summary: "what strace -f -e trace=file writes, with times or without: the path of each file that is opened or executed",
    layout: "[process] [time] call(arguments) = result",
    source: "https://strace.io",
    sample: "calls.strace",
    options: &[
        OptionHelp {
            name: "calls",
            default: "open",
            help: "open (open, openat, openat2, creat, execve) or all calls with a path",
        },
        OptionHelp { name: "failed", default: "false", help: "true keeps the calls that failed, as gets" },
    ],
    record_bytes: None,
    form: Form::Own {
        detect,
        open: |options, input| Ok(Box::new(Strace { input, reader: Reader::new(options)?, options: options.clone() })),
    },
};

/// The most interrupted calls that are waited for at once, so that memory stays bounded in a log of lost ends.
const WAITING: usize = 4096;

/// The longest beginning of a call that is kept: two paths of which every byte is escaped.
const LONGEST: usize = 1 << 16;

struct Strace {
    input: Input,
    reader: Reader,
    options: Options,
}

struct Reader {
    calls: Calls,
    all: bool,
    failed: bool,
    clock: Clock,
    /// The beginnings of interrupted calls, by process.
    begun: HashMap<u64, Vec<u8>>,
    /// The path under construction.
    path: Vec<u8>,
    /// The second request of a call, while the batch has no room for it.
    later: Option<(Vec<u8>, Option<Time>, Op)>,
    counts: Counts,
}

/// What is left out, and what is taken with a doubt.
#[derive(Debug, Default)]
struct Counts {
    failed: u64,
    other: u64,
    pathless: u64,
    halves: u64,
    relative: u64,
    cut: u64,
}

impl Decoder for Strace {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, reader, .. } = self;
        reader.give_later(batch);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        each_line(input, batch, |line, batch| reader.one(line, batch))
    }

    fn strings(&self) -> bool {
        true
    }

    fn options(&self) -> Options {
        self.options.clone()
    }

    fn notes(&self) -> Vec<String> {
        let Counts { failed, other, pathless, halves, relative, cut } = self.reader.counts;
        let waiting = self.reader.begun.len() as u64;
        let notes = [
            note("calls that failed, left out (failed=true keeps them)", failed),
            note("other calls, left out (calls=all takes every call with a path)", other),
            note("calls that name no path, left out", pathless),
            note("calls without their beginning or their end, left out", halves + waiting),
            note("relative paths, taken as they stand (strace -y names their directories)", relative),
            note("paths that are cut short, taken as they stand", cut),
        ];
        notes.into_iter().flatten().collect()
    }
}

impl Reader {
    fn new(options: &Options) -> Result<Self> {
        let calls = options.get("calls").map_or("open", |value| value.trim());
        if !matches!(calls, "open" | "all") {
            return Err(bad_value(FORMAT.name, "calls", calls, "open or all"));
        }
        Ok(Self {
            calls: Calls::new(),
            all: calls == "all",
            failed: boolean(FORMAT.name, options, "failed")?.unwrap_or(false),
            clock: Clock::default(),
            begun: HashMap::new(),
            path: Vec::new(),
            later: None,
            counts: Counts::default(),
        })
    }

    fn one(&mut self, text: &[u8], batch: &mut Batch) -> Result<()> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        let Some(line) = line::parse(text) else { return Err(unreadable(text)) };
        // strace's messages have no time; they are the only lines without one.
        let is_message = line.body == Body::Event && line.stamp == Stamp::Absent;
        let time = if is_message { None } else { self.clock.at(line.stamp)? };
        let process = line.process.unwrap_or(0);
        match line.body {
            Body::Exit => self.counts.halves += u64::from(self.begun.remove(&process).is_some()),
            Body::Event => {}
            Body::Call(call) => self.call(call, time, batch),
            Body::Begun(call) => self.begin(process, call),
            Body::Resumed(name, rest) => match self.begun.remove(&process) {
                Some(mut call) if line::name(&call) == Some(name) => {
                    call.extend_from_slice(rest);
                    self.call(&call, time, batch);
                }
                _ => self.counts.halves += u64::from(self.counts_as_such(name)),
            },
        }
        Ok(())
    }

    /// Is this a call that can be a request?
    fn counts_as_such(&self, name: &[u8]) -> bool {
        self.calls.find(name).is_some_and(|(uses, _)| uses || self.all)
    }

    /// Keeps the beginning of a call, if it can be a request.
    fn begin(&mut self, process: u64, call: &[u8]) {
        if !self.counts_as_such(line::name(call).unwrap_or_default()) {
            // Its end is that of none either.
            self.counts.other += 1;
            self.begun.remove(&process);
        } else if call.len() <= LONGEST && (self.begun.len() < WAITING || self.begun.contains_key(&process)) {
            self.counts.halves += u64::from(self.begun.insert(process, call.to_vec()).is_some());
        } else {
            // Its end will be one without a beginning, and must not meet an older one.
            self.begun.remove(&process);
        }
    }

    /// A whole call.
    fn call(&mut self, call: &[u8], time: Option<Time>, batch: &mut Batch) {
        let name = line::name(call).unwrap_or_default();
        let Some((_, does)) = self.calls.find(name).filter(|&(uses, _)| uses || self.all) else {
            self.counts.other += 1;
            return;
        };
        let Some((outcome, end)) = line::result(call) else {
            self.counts.halves += 1;
            return;
        };
        let failed = outcome != Outcome::Success;
        if failed && !self.failed {
            self.counts.failed += 1;
            return;
        }
        let arguments = call.get(name.len() + 1..end).unwrap_or_default();
        let Some((first, rest)) = line::path(arguments).filter(|(path, _)| !path.text.is_empty()) else {
            self.counts.pathless += 1;
            return;
        };
        let second = line::path(rest).map(|(path, _)| path).filter(|path| !path.text.is_empty());
        let op = |op| if failed { Op::Get } else { op };
        match (does, second) {
            (Does::Open, _) => self.push(first, op(opened(rest)), time, batch),
            (Does::Read, _) => self.push(first, Op::Get, time, batch),
            (Does::Write, _) => self.push(first, op(Op::Set), time, batch),
            (Does::Remove, _) => self.push(first, op(Op::Delete), time, batch),
            (Does::MakeSecond, Some(second)) => self.push(second, op(Op::Set), time, batch),
            (Does::Move | Does::Link, Some(second)) => {
                let before = if does == Does::Move { op(Op::Delete) } else { Op::Get };
                self.push(first, before, time, batch);
                self.push(second, op(Op::Set), time, batch);
            }
            (_, None) => self.counts.pathless += 1,
        }
    }

    /// Adds a request, or keeps it for later if the batch is full.
    fn push(&mut self, path: Path<'_>, op: Op, time: Option<Time>, batch: &mut Batch) {
        self.path.clear();
        if !path.text.starts_with(b"/") {
            match path.directory {
                Some(directory) => {
                    decode(directory, &mut self.path);
                    if !self.path.ends_with(b"/") {
                        self.path.push(b'/');
                    }
                }
                None => self.counts.relative += 1,
            }
        }
        decode(path.text, &mut self.path);
        self.counts.cut += u64::from(path.cut);
        if batch.room() == 0 {
            self.later = Some((self.path.clone(), time, op));
        } else {
            add(&self.path, time, op, batch);
        }
    }

    fn give_later(&mut self, batch: &mut Batch) {
        if batch.room() > 0
            && let Some((path, time, op)) = self.later.take()
        {
            add(&path, time, op, batch);
        }
    }
}

fn add(path: &[u8], time: Option<Time>, op: Op, batch: &mut Batch) {
    batch.texts.push(path);
    if batch.want.times
        && let Some(time) = time
    {
        batch.times.push(time);
    }
    if batch.want.ops {
        batch.ops.push(op);
    }
}

#[cold]
fn unreadable(text: &[u8]) -> Error {
    let found = field::show(text);
    Error::failure(format!(
        "expected a call and its result, as in openat(AT_FDCWD, \"/etc/hosts\", O_RDONLY) = 3, found '{found}'"
    ))
    .hint("let strace write to a file of its own with -o, so that it is not mixed with what the program prints")
}

/// The file's clock, of which kind its first stamp says.
#[derive(Debug, Default)]
struct Clock {
    first: Option<Stamp>,
    last: Time,
    /// What to add to a time of day.
    days: Time,
}

impl Clock {
    /// The time of a line; nothing in a file without times.
    fn at(&mut self, stamp: Stamp) -> Result<Option<Time>> {
        const DAY: Time = 86_400 * SECOND;
        let first = *self.first.get_or_insert(stamp);
        if std::mem::discriminant(&first) != std::mem::discriminant(&stamp) {
            return Err(Error::failure("the time is not written as in the first line").hint(
                "a log has times of one kind (-t, -tt, -ttt or -r) in all its lines or in none; \
                 read the logs of several runs one by one",
            ));
        }
        let time = match stamp {
            Stamp::Absent => return Ok(None),
            Stamp::Epoch(time) => time,
            Stamp::Relative(passed) => self.last.saturating_add(passed),
            Stamp::Day(time) => {
                if self.days.saturating_add(time).saturating_add(DAY / 2) < self.last {
                    self.days = self.days.saturating_add(DAY);
                }
                self.days.saturating_add(time)
            }
        };
        self.last = time;
        Ok(Some(time))
    }
}

fn detect(probe: &Probe<'_>) -> u8 {
    const SURE: u8 = 94;
    let mut calls = 0;
    let vote = detect::Vote::of(probe.lines(), |text| {
        let line = line::parse(text);
        calls += usize::from(line.as_ref().is_some_and(|line| matches!(line.body, Body::Call(_))));
        line.is_some()
    });
    if calls > 0 && vote.is_so(SURE) { SURE } else { 0 }
}

#[cfg(test)]
mod tests;
