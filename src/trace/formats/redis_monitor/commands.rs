//! The commands of Redis: which arguments are keys, and what becomes of these.

use super::line::Arguments;
use crate::core::{SECOND, Time};
use hashbrown::HashMap;

/// Which arguments of a command are keys; argument 0 is the command.
#[derive(Debug, Clone, Copy)]
pub(super) enum Keys {
    /// The first.
    First,
    /// The first two.
    Two,
    /// All.
    All,
    /// All but the last, which is a time-out.
    AllButLast,
    /// Every other one: keys and values take turns.
    Pairs,
    /// As many as this argument says, behind it.
    Counted(usize),
    /// The first half of what follows the word STREAMS.
    Streams,
    /// This one is written, from all behind it.
    IntoFrom(usize),
    /// The first is written, from the second.
    IntoFromOne,
    /// The first is written, from as many as the second says, behind it.
    IntoFromCounted,
}

/// What a command does with its keys.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    /// Reads.
    Read,
    /// Reads, and may change the time to live (GETEX).
    ReadAndExpire,
    /// Writes a whole value, this many arguments behind the key, which lives on without an end.
    Whole(usize),
    /// SET, with its options.
    Set,
    /// Writes the third argument, to live for the second, in this unit.
    WholeFor(Time),
    /// RESTORE, with its options.
    Restore,
    /// Appends the second argument.
    Append,
    /// Writes the third argument at the place that the second one says, counted in this many bits.
    At(u64),
    /// Writes a part of a value, or adds to it: all arguments behind the key.
    Part,
    /// Writes or removes something whose length the log does not show.
    Change,
    /// Removes the key.
    Delete,
    /// Reads and removes the key (GETDEL).
    ReadAndDelete,
    /// The first key's value becomes that of the second.
    Copy,
    /// As `Copy`, and the first key goes.
    Rename,
    /// As `Rename`, into the database that the second argument says, under the same name.
    Move,
    /// Lets two databases change places.
    Swap,
    /// Gives a time to live in this unit.
    Expire(Time),
    /// Gives an end in this unit since 1970.
    ExpireAt(Time),
    /// Takes the time to live away.
    Persist,
    /// Removes all keys, of its database or of all of them, which the log does not name.
    FlushDatabase,
    FlushAll,
    /// Nothing with any key.
    Nothing,
}

/// A command: its keys and what it does.
pub(super) type Command = (Keys, Does);

/// Nanoseconds.
pub(super) const MILLISECOND: Time = 1_000_000;

/// Commands that are alike, by their names.
const COMMANDS: &[(Keys, Does, &str)] = &[
    (
        Keys::First,
        Does::Read,
        "get getrange substr strlen getbit bitcount bitpos bitfield_ro ttl pttl expiretime pexpiretime",
    ),
    (
        Keys::First,
        Does::Read,
        "type dump sort sort_ro hget hgetall hmget hkeys hvals hlen hexists hstrlen hrandfield hscan",
    ),
    (Keys::First, Does::Read, "hgetex httl hpttl hexpiretime hpexpiretime lrange llen lindex lpos smembers sismember"),
    (
        Keys::First,
        Does::Read,
        "smismember scard srandmember sscan zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore",
    ),
    (
        Keys::First,
        Does::Read,
        "zrevrangebylex zscore zmscore zcard zcount zlexcount zrank zrevrank zrandmember zscan geopos",
    ),
    (
        Keys::First,
        Does::Read,
        "geodist geohash geosearch georadius georadius_ro georadiusbymember georadiusbymember_ro",
    ),
    (Keys::First, Does::Read, "xrange xrevrange xlen xpending json.get"),
    (Keys::All, Does::Read, "mget exists touch sinter sunion sdiff pfcount"),
    (Keys::Two, Does::Read, "lcs"),
    (Keys::Counted(1), Does::Read, "zunion zinter zdiff sintercard zintercard"),
    (Keys::Streams, Does::Read, "xread xreadgroup"),
    (Keys::First, Does::ReadAndExpire, "getex"),
    (Keys::First, Does::Set, "set"),
    (Keys::First, Does::WholeFor(SECOND), "setex"),
    (Keys::First, Does::WholeFor(MILLISECOND), "psetex"),
    (Keys::First, Does::Restore, "restore"),
    (Keys::First, Does::Whole(1), "setnx getset"),
    (Keys::Pairs, Does::Whole(1), "mset msetnx"),
    (Keys::First, Does::Append, "append"),
    (Keys::First, Does::At(8), "setrange"),
    (Keys::First, Does::At(1), "setbit"),
    (
        Keys::First,
        Does::Part,
        "incr decr incrby decrby incrbyfloat hset hmset hsetnx hsetex hincrby hincrbyfloat lpush rpush",
    ),
    (Keys::First, Does::Part, "lpushx rpushx lset linsert sadd zadd zincrby geoadd pfadd xadd bitfield json.set"),
    (
        Keys::First,
        Does::Change,
        "hdel hgetdel hexpire hpexpire hexpireat hpexpireat hpersist lpop rpop lrem ltrim spop srem",
    ),
    (
        Keys::First,
        Does::Change,
        "zrem zremrangebyrank zremrangebyscore zremrangebylex zpopmin zpopmax xdel xtrim xack xclaim",
    ),
    (Keys::First, Does::Change, "xautoclaim xsetid json.del"),
    (Keys::AllButLast, Does::Change, "blpop brpop bzpopmin bzpopmax"),
    (Keys::Counted(1), Does::Change, "lmpop zmpop"),
    (Keys::Counted(2), Does::Change, "blmpop bzmpop"),
    (Keys::Two, Does::Change, "rpoplpush brpoplpush lmove blmove smove"),
    (Keys::IntoFrom(1), Does::Change, "sinterstore sunionstore sdiffstore pfmerge"),
    (Keys::IntoFrom(2), Does::Change, "bitop"),
    (Keys::IntoFromOne, Does::Change, "zrangestore geosearchstore"),
    (Keys::IntoFromCounted, Does::Change, "zunionstore zinterstore zdiffstore"),
    (Keys::Two, Does::Copy, "copy"),
    (Keys::Two, Does::Rename, "rename renamenx"),
    (Keys::All, Does::Delete, "del unlink"),
    (Keys::First, Does::Move, "move"),
    (Keys::First, Does::ReadAndDelete, "getdel"),
    (Keys::First, Does::Expire(SECOND), "expire"),
    (Keys::First, Does::Expire(MILLISECOND), "pexpire"),
    (Keys::First, Does::ExpireAt(SECOND), "expireat"),
    (Keys::First, Does::ExpireAt(MILLISECOND), "pexpireat"),
    (Keys::First, Does::Persist, "persist"),
    (Keys::All, Does::FlushAll, "flushall"),
    (Keys::All, Does::FlushDatabase, "flushdb"),
    (Keys::All, Does::Swap, "swapdb"),
    // What scripts do to keys stands in lines of their own; WATCH and introspection do not use the value.
    (
        Keys::All,
        Does::Nothing,
        "eval evalsha eval_ro evalsha_ro fcall fcall_ro script function multi exec discard watch unwatch",
    ),
    (Keys::All, Does::Nothing, "ping echo auth hello quit reset select command config client info dbsize save bgsave"),
    (
        Keys::All,
        Does::Nothing,
        "bgrewriteaof lastsave shutdown slaveof replicaof replconf psync sync role monitor debug slowlog",
    ),
    (
        Keys::All,
        Does::Nothing,
        "latency module memory object publish spublish subscribe unsubscribe psubscribe punsubscribe",
    ),
    (
        Keys::All,
        Does::Nothing,
        "ssubscribe sunsubscribe pubsub keys scan randomkey wait waitaof cluster readonly readwrite",
    ),
    (Keys::All, Does::Nothing, "asking acl time lolwut failover xgroup xinfo"),
];

/// The longest name of a command.
const LONGEST: usize = 24;

/// The commands by name.
#[derive(Debug)]
pub(super) struct Commands(HashMap<&'static [u8], Command>);

impl Commands {
    pub(super) fn new() -> Self {
        let names = |&(keys, does, names): &(Keys, Does, &'static str)| {
            names.split(' ').map(move |name| (name.as_bytes(), (keys, does)))
        };
        Self(COMMANDS.iter().flat_map(names).collect())
    }

    /// The command of this name, in capitals or not.
    pub(super) fn find(&self, name: &[u8]) -> Option<Command> {
        let mut lower = [0; LONGEST];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        self.0.get(&*lower).copied()
    }
}

/// Where the keys of a command are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// The key that is written from the others, which are read.
    pub(super) into: Option<usize>,
    /// The first of the others.
    pub(super) from: usize,
    /// The end of the others.
    pub(super) to: usize,
    /// From one to the next.
    pub(super) step: usize,
}

impl Keys {
    /// Where the keys are; nothing if it cannot have so many arguments.
    pub(super) fn places(self, arguments: &Arguments) -> Option<Places> {
        let n = arguments.len();
        let counted = |at: usize| {
            let count = usize::try_from(arguments.number(at)?).ok()?;
            Some((at + 1, (at + 1).checked_add(count)?))
        };
        let (into, (from, to)) = match self {
            Self::First => (None, (1, 2)),
            Self::Two => (None, (1, 3)),
            Self::Pairs if n.is_multiple_of(2) => return None,
            Self::All | Self::Pairs => (None, (1, n)),
            Self::AllButLast => (None, (1, n - 1)),
            Self::Counted(at) => (None, counted(at)?),
            Self::Streams => {
                let start = (1..n).find(|&i| arguments.is(i, "streams"))? + 1;
                (None, (start, start + (n - start) / 2))
            }
            Self::IntoFrom(into) => (Some(into), (into + 1, n)),
            Self::IntoFromOne => (Some(1), (2, 3)),
            Self::IntoFromCounted => (Some(1), counted(2)?),
        };
        let step = if matches!(self, Self::Pairs) { 2 } else { 1 };
        (from < to && to <= n).then_some(Places { into, from, to, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once_and_can_be_found() {
        let commands = Commands::new();
        let names = COMMANDS.iter().flat_map(|group| group.2.split(' '));
        assert_eq!(names.clone().count(), commands.0.len(), "a name stands twice");
        for name in names {
            assert!(commands.find(name.to_uppercase().as_bytes()).is_some(), "{name}");
        }
        assert!(commands.find(b"frobnicate").is_none() && commands.find(&[b'x'; 100]).is_none());
    }

    #[test]
    fn keys_are_where_each_command_has_them() {
        let commands = Commands::new();
        let places = |line: &str| {
            let mut arguments = Arguments::default();
            let quoted: Vec<String> = line.split(' ').map(|word| format!("\"{word}\"")).collect();
            arguments.read(quoted.join(" ").as_bytes()).unwrap();
            let found = commands.find(arguments.get(0).unwrap()).unwrap().0.places(&arguments)?;
            let key = |i| String::from_utf8_lossy(arguments.get(i).unwrap()).into_owned();
            let mut keys: Vec<String> = (found.from..found.to).step_by(found.step).map(key).collect();
            keys.extend(found.into.map(|into| format!("> {}", key(into))));
            Some(keys.join(" "))
        };
        for (line, keys) in [
            ("get k", "k"),
            ("mget a b c", "a b c"),
            ("mset a 1 b 2", "a b"),
            ("blpop a b 0", "a b"),
            ("lmpop 2 a b LEFT", "a b"),
            ("bzmpop 0 1 a MIN", "a"),
            ("zunion 2 a b WEIGHTS 1 2", "a b"),
            ("xread COUNT 2 STREAMS a b 0 0", "a b"),
            ("sinterstore d a b", "a b > d"),
            ("bitop AND d a b", "a b > d"),
            ("zunionstore d 2 a b", "a b > d"),
            ("zrangestore d a 0 -1", "a > d"),
            ("rename a b", "a b"),
        ] {
            assert_eq!(places(line).as_deref(), Some(keys), "{line}");
        }
        for line in
            ["get", "mget", "zunion 3 a b", "zunion x a", "zunion -1 a", "zunion", "blpop a", "blpop", "mset a 1 b"]
        {
            assert_eq!(places(line), None, "{line}");
        }
        for line in
            ["xread 0", "xread streams", "xread streams a", "sinterstore d", "bitop", "rename a", "zunionstore d"]
        {
            assert_eq!(places(line), None, "{line}");
        }
        assert_eq!(places("zunion 9223372036854775807 a"), None);
    }
}
