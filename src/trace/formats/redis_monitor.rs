//! What `redis-cli MONITOR` prints: every command that a Redis server was given, one a line.
//!
//! The object is the key, decoded; a key of another database than 0 has that in front, as in `db1:key`. A command with
//! several keys is as many requests, in their order. Reading commands are gets, writing ones sets, DEL and UNLINK deletes;
//! GETDEL is a get and a delete, as if the two had been sent one after the other. Commands that a script runs have lines of
//! their own, so EVAL itself is none. Whether a command succeeded is not in the log, so all of them count as if it had.
//!
//! # Sizes
//! Bytes of the value that was written last, without the key and Redis's own overhead; 0 before the first write. Commands
//! that change a part (HSET, LPUSH, INCR, ...) do not show how much there is in all: the size is then that of the largest
//! write since the key came to be, which is a lower bound, and a note says how many writes were such.
//!
//! # Times to live
//! A get brings the time to live that its key was given last, even if that is over: what a cache fetches anew would be given
//! it again. A write that sets a time to live brings that; one that leaves it alone (KEEPTTL, INCR, HSET, ...) what is left
//! of it. EXPIRE and the like (PEXPIRE, EXPIREAT, PEXPIREAT, PERSIST) are no requests: they use no value, and as writes of
//! their own they would be hits that nobody asked for. Their time to live goes to the last request to the key, as in SET and
//! then EXPIRE, if that is among the last 128, counted from the request's own time, so that both end at once; it holds for
//! later requests in any case. A time to live that is over at once is a delete. FLUSHALL and FLUSHDB are no requests either,
//! but what they remove has no size and no time to live from then on.

use super::tally::{Tally, note};
use super::{Decoder, Fill, Form, Format, each_line};
use crate::core::{NEVER, Result, SECOND, Time};
use crate::trace::batch::Batch;
use crate::trace::detect::{self, Probe};
use crate::trace::input::Input;
use commands::{Command, Commands, Does, MILLISECOND, Places};
use keyspace::{HELD, Keyspace, Life, Size};
use line::Arguments;

mod commands;
mod keyspace;
mod line;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "redis-monitor",
    aliases: &["redis", "monitor"],
    extensions: &["redis", "monitor"],
    summary: "what redis-cli MONITOR prints: a request for each key; EXPIRE gives its time to live to the request before it",
    layout: "time (s), [database client], command and arguments in quotation marks",
    source: "https://redis.io/docs/latest/commands/monitor/",
    sample: "monitor.redis",
    options: &[],
    record_bytes: None,
    form: Form::Own {
        detect,
        open: |_, input| Ok(Box::new(RedisMonitor { input, reader: Reader::new(), ending: None })),
    },
};

struct RedisMonitor {
    input: Input,
    reader: Reader,
    /// Set where the file ends or fails; what is held back comes first.
    ending: Option<Result<()>>,
}

struct Reader {
    commands: Commands,
    arguments: Arguments,
    keys: Keyspace,
    /// Names of keys under construction, with their databases.
    name: Vec<u8>,
    other: Vec<u8>,
    keyless: u64,
    refused: u64,
    flushes: u64,
    swaps: u64,
    /// Times to live given by EXPIRE and the like, and those that came too late for the request before.
    given: u64,
    late: u64,
    unknown: Tally,
}

impl Decoder for RedisMonitor {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, reader, ending } = self;
        reader.keys.give(batch, HELD);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        if ending.is_none() {
            let read = each_line(input, batch, |line, batch| {
                reader.one(line)?;
                reader.keys.give(batch, HELD);
                Ok(())
            });
            match read {
                Ok(Fill::End) => *ending = Some(Ok(())),
                Ok(more) => return Ok(more),
                Err(error) => *ending = Some(Err(error)),
            }
        }
        reader.keys.give(batch, 0);
        if !reader.keys.is_empty() {
            return Ok(Fill::More);
        }
        ending.take().unwrap_or(Ok(())).map(|()| Fill::End)
    }

    fn strings(&self) -> bool {
        true
    }

    fn notes(&self) -> Vec<String> {
        let Reader { keys, keyless, refused, flushes, swaps, given, late, unknown, .. } = &self.reader;
        let too_late = format!("those of them that came more than {HELD} requests after the last one to their key");
        let notes = [
            note("commands without a key", *keyless),
            unknown.note("commands that are not known, left out"),
            note("commands with arguments that Redis would refuse, left out", *refused),
            note("FLUSHALL or FLUSHDB, whose deletes are not in the log", *flushes),
            note("SWAPDB, after which a key is still known by its database's number", *swaps),
            note("times to live given by EXPIRE and the like, which are no requests", *given),
            note(&too_late, *late),
            note("writes to parts of values, whose sizes are those of the largest write", keys.bounds),
        ];
        notes.into_iter().flatten().collect()
    }
}

impl Reader {
    fn new() -> Self {
        Self {
            commands: Commands::new(),
            arguments: Arguments::default(),
            keys: Keyspace::default(),
            name: Vec::new(),
            other: Vec::new(),
            keyless: 0,
            refused: 0,
            flushes: 0,
            swaps: 0,
            given: 0,
            late: 0,
            unknown: Tally::default(),
        }
    }

    fn one(&mut self, text: &[u8]) -> Result<()> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Ok(());
        }
        let Some(line) = line::parse(text)? else { return Ok(()) };
        if let Err(at) = self.arguments.read(line.arguments) {
            let at = text.len() - line.arguments.len() + at;
            return Err(line::expected(text, at, "an argument in quotes"));
        }
        let name = self.arguments.get(0).unwrap_or_default();
        match self.commands.find(name) {
            None => self.unknown.count(&name.to_ascii_uppercase()),
            Some((_, Does::Nothing)) => self.keyless += 1,
            Some((_, Does::Swap)) => self.swaps += 1,
            Some((_, does @ (Does::FlushAll | Does::FlushDatabase))) => {
                self.flushes += 1;
                self.keys.select(line.db);
                self.keys.flush(matches!(does, Does::FlushAll));
            }
            Some(command) => {
                self.keys.select(line.db);
                if self.run(command, line.db, line.time).is_none() {
                    self.refused += 1;
                }
            }
        }
        Ok(())
    }

    /// The requests of a command; nothing if its arguments make no sense.
    fn run(&mut self, (keys, does): Command, db: &[u8], now: Time) -> Option<()> {
        let Places { into, from, to, step } = keys.places(&self.arguments)?;
        if let Does::Copy | Does::Rename | Does::Move = does {
            return self.copy(does, db, now);
        }
        for at in (from..to).step_by(step) {
            name_key(db, self.arguments.get(at)?, &mut self.name);
            match into {
                Some(_) => self.keys.read(&self.name, now),
                None => self.apply(does, at, now)?,
            }
        }
        if let Some(into) = into {
            name_key(db, self.arguments.get(into)?, &mut self.name);
            self.apply(does, into, now)?;
        }
        Some(())
    }

    fn copy(&mut self, does: Does, db: &[u8], now: Time) -> Option<()> {
        let Self { arguments, keys, name, other, .. } = self;
        let (into, into_db) = match does {
            Does::Move => (1, Some(2)),
            Does::Copy => (2, (3..arguments.len()).find(|&at| arguments.is(at, "db")).map(|at| at + 1)),
            _ => (2, None),
        };
        let into_db = match into_db {
            Some(at) => arguments.get(at).filter(|_| arguments.number(at).is_some_and(|db| db >= 0))?,
            None => db,
        };
        name_key(db, arguments.get(1)?, name);
        name_key(into_db, arguments.get(into)?, other);
        if name == other {
            // RENAME of a key to itself changes nothing, and Redis refuses the others.
            return matches!(does, Does::Rename).then_some(());
        }
        if let Does::Copy = does {
            keys.read(name, now);
        }
        keys.copy(name, (into_db, other), now);
        if !matches!(does, Does::Copy) {
            keys.delete(name, now);
        }
        Some(())
    }

    /// What a command does with the key that stands in argument `at`, and in `self.name`.
    fn apply(&mut self, does: Does, at: usize, now: Time) -> Option<()> {
        let Self { arguments, keys, name, .. } = self;
        let write = |keys: &mut Keyspace, size, life| keys.write(name, now, size, life);
        let value = |at| arguments.get(at).map(|value| Size::Whole(value.len()));
        match does {
            Does::Read => keys.read(name, now),
            Does::ReadAndExpire => {
                let life = life(arguments, 2, now, Life::Same)?;
                keys.read(name, now);
                if let Life::New(lasts) = life {
                    keys.outlive(name, now, lasts);
                }
            }
            Does::Whole(behind) => write(keys, value(at + behind)?, Life::New(NEVER)),
            Does::Set => write(keys, value(2)?, life(arguments, 3, now, Life::New(NEVER))?),
            Does::WholeFor(unit) => {
                let lasts = from_now(arguments, 2, unit, 0).filter(|&lasts| lasts > 0)?;
                write(keys, value(3)?, Life::New(lasts));
            }
            Does::Restore => write(keys, value(3)?, Life::New(restored(arguments, now)?)),
            Does::Append => write(keys, Size::Longer(arguments.get(2)?.len()), Life::Same),
            Does::At(bits) => {
                let place = u64::try_from(arguments.number(2)?).ok()? / (8 / bits);
                let length = if bits == 8 { arguments.get(3)?.len() } else { 1 };
                write(keys, Size::AtLeast((place as usize).saturating_add(length)), Life::Same);
            }
            Does::Part | Does::Change => {
                keys.bounds += 1;
                let written = if let Does::Part = does { arguments.bytes_from(at + 1).max(1) } else { 0 };
                write(keys, Size::AtLeast(written), Life::Same);
            }
            Does::Delete => keys.delete(name, now),
            Does::ReadAndDelete => {
                keys.read(name, now);
                keys.delete(name, now);
            }
            Does::Expire(unit) => {
                let lasts = from_now(arguments, 2, unit, 0)?;
                self.expire(lasts, now);
            }
            Does::ExpireAt(unit) => {
                let lasts = from_now(arguments, 2, unit, now)?;
                self.expire(lasts, now);
            }
            Does::Persist => {
                keys.outlive(name, now, NEVER);
            }
            Does::Copy
            | Does::Rename
            | Does::Move
            | Does::Swap
            | Does::FlushAll
            | Does::FlushDatabase
            | Does::Nothing => {}
        }
        Some(())
    }

    /// EXPIRE, if its condition holds.
    fn expire(&mut self, lasts: Time, now: Time) {
        let Self { arguments, keys, name, .. } = self;
        let (before, after) = (keys.end(name, now), now.saturating_add(lasts));
        let refuses = |at| {
            let is = |word| arguments.is(at, word);
            is("nx") && before != NEVER
                || is("xx") && before == NEVER
                || is("gt") && after <= before
                || is("lt") && after >= before
        };
        if refuses(3) || refuses(4) {
            return;
        }
        if lasts == 0 {
            keys.delete(name, now);
            return;
        }
        self.given += 1;
        self.late += u64::from(!keys.outlive(name, now, lasts));
    }
}

/// The name of a key: itself in database 0, with the database in front in others, and where it looks like one with that.
fn name_key(db: &[u8], key: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let numbered = key.strip_prefix(b"db").filter(|rest| rest.first().is_some_and(u8::is_ascii_digit));
    let looks_so = numbered.is_some_and(|rest| rest.iter().find(|c| !c.is_ascii_digit()) == Some(&b':'));
    if db != b"0" || looks_so {
        for part in [b"db", db, b":"] {
            out.extend_from_slice(part);
        }
    }
    out.extend_from_slice(key);
}

/// The time from `now` on that argument `at` says in this unit; 0 for one that is over.
fn from_now(arguments: &Arguments, at: usize, unit: Time, now: Time) -> Option<Time> {
    let number = arguments.number(at)?;
    // Just below the value that means never.
    Some(Time::try_from(number).map_or(0, |n| n.saturating_mul(unit).min(NEVER - 1).saturating_sub(now)))
}

/// The time to live that RESTORE gives: from `now` on or, with ABSTTL, up to a time; 0 means never.
fn restored(arguments: &Arguments, now: Time) -> Option<Time> {
    let absolute = (4..arguments.len()).any(|at| arguments.is(at, "absttl"));
    match arguments.number(2)? {
        0 => Some(NEVER),
        // What ends in the past is there for a moment.
        1.. => Some(from_now(arguments, 2, MILLISECOND, if absolute { now } else { 0 })?.max(1)),
        _ => None,
    }
}

/// What the options of SET and GETEX from argument `from` on say of the time to live; nothing if they make no sense.
fn life(arguments: &Arguments, from: usize, now: Time, otherwise: Life) -> Option<Life> {
    let mut life = otherwise;
    for at in from..arguments.len() {
        let units = [("ex", SECOND, 0), ("px", MILLISECOND, 0), ("exat", SECOND, now), ("pxat", MILLISECOND, now)];
        if let Some(&(_, unit, start)) = units.iter().find(|&&(word, ..)| arguments.is(at, word)) {
            // What ends in the past is there for a moment.
            life = Life::New(from_now(arguments, at + 1, unit, start)?.max(1));
        } else if arguments.is(at, "keepttl") {
            life = Life::Same;
        } else if arguments.is(at, "persist") {
            life = Life::New(NEVER);
        }
    }
    Some(life)
}

fn detect(probe: &Probe<'_>) -> u8 {
    const SURE: u8 = 96;
    let mut arguments = Arguments::default();
    let mut commands = 0;
    let vote = detect::Vote::of(probe.lines(), |text| match line::parse(text.trim_ascii()) {
        Ok(None) => true,
        Ok(Some(line)) => arguments.read(line.arguments).inspect(|()| commands += 1).is_ok(),
        Err(_) => false,
    });
    if commands > 0 && vote.is_so(SURE) { SURE } else { 0 }
}

#[cfg(test)]
mod tests;
