//! Access logs of Apache and nginx in the formats common, combined and `vhost_combined`: a request a line.
//!
//! The object is the URI as the log writes it, escapes and all, with the virtual host in front where the line has one and the
//! URI is not a whole one; addresses in front of the last one (X-Forwarded-For) are no hosts. Methods and statuses that say
//! nothing of a cache are left out and counted; so are lines without a request (a TLS handshake on the wrong port, a
//! connection that was closed at once).
//!
//! A size is the bytes of the answer's body. Where the body is not the object (a 304, an answer to HEAD, PUT or DELETE) or
//! was not counted (`-`) it is the size that the URI had last, and 0 before there was one. A part of an object (206) counts
//! with its own bytes, and is remembered only where no larger answer was seen.

use super::tally::{Tally, note};
use super::{Decoder, Fill, Form, Format, OptionHelp, each_line};
use crate::core::{Error, Result};
use crate::trace::Op;
use crate::trace::batch::Batch;
use crate::trace::detect::{self, Probe};
use crate::trace::field;
use crate::trace::input::Input;
use crate::trace::remember::Remembered;
use crate::trace::spec::{Options, bad_value};
use memchr::memchr;

mod line;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "combined",
    aliases: &["common", "apache", "nginx", "clf", "vhost-combined"],
    extensions: &[],
    summary: "access logs of Apache and nginx (common, combined, vhost_combined): the URI is the id, bytes sent are the size",
    layout: "[host:port] address, identity, user, [time], \"request\", status, bytes, \"referer\", \"agent\"; the last two may be missing",
    source: "https://httpd.apache.org/docs/2.4/logs.html; https://nginx.org/en/docs/http/ngx_http_log_module.html",
    sample: "access.log",
    options: &[
        OptionHelp {
            name: "methods",
            default: METHODS,
            help: "the methods that count, joined with +, or all; PUT, POST and PATCH are sets, DELETE and PURGE deletes",
        },
        OptionHelp { name: "status", default: STATUSES, help: "the statuses that count, joined with +, or all" },
        OptionHelp { name: "query", default: "keep", help: "keep or strip what follows the ? of a URI" },
    ],
    record_bytes: None,
    form: Form::Own {
        detect,
        open: |options, input| {
            let reader = Reader::new(options)?;
            Ok(Box::new(Combined { input, reader, options: options.clone() }))
        },
    },
};

const METHODS: &str = "get+head";
const STATUSES: &str = "200+206+304";

struct Combined {
    input: Input,
    reader: Reader,
    options: Options,
}

/// All but the input: what is told, what is remembered and what is counted.
struct Reader {
    /// The methods that count, in capitals; nothing for all.
    methods: Option<Vec<Vec<u8>>>,
    /// Does a status count?
    statuses: Box<[bool; 1000]>,
    strip: bool,
    clock: line::Clock,
    /// The size that each URI had last.
    sizes: Remembered<u32>,
    /// What the requests of the batch say of their sizes, which are looked up together.
    answers: Vec<Answer>,
    /// The id under construction.
    id: Vec<u8>,
    kept: u64,
    no_request: u64,
    by_method: Tally,
    by_status: Tally,
    /// Lines whose id begins with a virtual host.
    hosts: u64,
}

/// What an answer says of the size of its object.
#[derive(Debug)]
struct Answer {
    /// What the URI is remembered by.
    name: u64,
    status: u16,
    /// Bytes of the body, where that is the object or a part of it.
    body: Option<u64>,
}

impl Decoder for Combined {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, reader, .. } = self;
        let read = each_line(input, batch, |line, batch| reader.one(line, batch));
        reader.give_sizes(batch);
        let fill = read?;
        if matches!(fill, Fill::End) && reader.kept == 0 && reader.left_out() > 0 {
            return Err(Error::failure(format!("no request counts; {}", reader.notes().join("; ")))
                .at(input.name())
                .hint("name what counts, as in combined:methods=all,status=all"));
        }
        Ok(fill)
    }

    fn strings(&self) -> bool {
        true
    }

    fn options(&self) -> Options {
        self.options.clone()
    }

    fn notes(&self) -> Vec<String> {
        self.reader.notes()
    }
}

impl Reader {
    fn new(options: &Options) -> Result<Self> {
        let query = options.get("query").map_or("keep", |value| value.trim());
        if !matches!(query, "keep" | "strip") {
            return Err(bad_value(FORMAT.name, "query", query, "keep or strip"));
        }
        Ok(Self {
            methods: methods(options.get("methods").map_or(METHODS, |value| value.trim()))?,
            statuses: statuses(options.get("status").map_or(STATUSES, |value| value.trim()))?,
            strip: query == "strip",
            clock: line::Clock::default(),
            sizes: Remembered::default(),
            answers: Vec::new(),
            id: Vec::new(),
            kept: 0,
            no_request: 0,
            by_method: Tally::default(),
            by_status: Tally::default(),
            hosts: 0,
        })
    }

    #[inline]
    fn one(&mut self, text: &[u8], batch: &mut Batch) -> Result<()> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        let line = line::parse(text)?;
        // A time that is none is an error whether it is wanted or not.
        let time = self.clock.at(line.stamp)?;
        let Some((method, uri)) = line::method_and_uri(line.request) else {
            self.no_request += 1;
            return Ok(());
        };
        if self.methods.as_ref().is_some_and(|names| !names.iter().any(|name| name == method)) {
            self.by_method.count(method);
            return Ok(());
        }
        if !self.statuses[usize::from(line.status)] {
            self.count_status(line.status);
            return Ok(());
        }
        self.kept += 1;
        let uri = if self.strip { memchr(b'?', uri).map_or(uri, |mark| &uri[..mark]) } else { uri };
        let id = match line.host {
            Some(host) if uri.starts_with(b"/") || uri == b"*" => {
                self.hosts += 1;
                self.id.clear();
                self.id.extend_from_slice(host);
                self.id.extend_from_slice(uri);
                &self.id
            }
            _ => uri,
        };
        batch.texts.push(id);
        if batch.want.times {
            batch.times.push(time);
        }
        let op = op(method);
        if batch.want.ops {
            batch.ops.push(op);
        }
        if batch.want.sizes {
            let body = line.bytes.filter(|_| op == Op::Get && method != b"HEAD");
            self.answers.push(Answer { name: Remembered::<u32>::name(id), status: line.status, body });
        }
        Ok(())
    }

    /// The sizes of the requests that were read: all in one go, so that the memory can be asked for them ahead.
    fn give_sizes(&mut self, batch: &mut Batch) {
        const AHEAD: usize = 16;
        for (i, answer) in self.answers.iter().enumerate() {
            if let Some(later) = self.answers.get(i + AHEAD) {
                self.sizes.expect(later.name);
            }
            batch.sizes.push(size(self.sizes.of(answer.name), answer));
        }
        self.answers.clear();
    }

    fn count_status(&mut self, status: u16) {
        match status {
            0 => self.by_status.count(b"-"),
            _ => self.by_status.count(&[status / 100, status / 10 % 10, status % 10].map(|digit| b'0' + digit as u8)),
        }
    }

    fn left_out(&self) -> u64 {
        self.no_request + self.by_method.total() + self.by_status.total()
    }

    fn notes(&self) -> Vec<String> {
        let notes = [
            note("lines without a request", self.no_request),
            self.by_method.note("requests left out for their method"),
            self.by_status.note("requests left out for their status"),
            note("lines whose id has a virtual host in front", self.hosts),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// The size of an object that was `last` before an answer; `last` becomes what is to be remembered.
#[inline]
fn size(last: &mut u32, answer: &Answer) -> u32 {
    let Some(body) = answer.body.filter(|_| answer.status != 304) else { return *last };
    let size = field::held(body).unwrap_or(u32::MAX);
    match answer.status {
        200 | 203 => *last = size,
        206 => *last = size.max(*last),
        // The page that comes with an error is not the object.
        _ => {}
    }
    size
}

#[inline]
fn op(method: &[u8]) -> Op {
    match method {
        b"PUT" | b"POST" | b"PATCH" => Op::Set,
        b"DELETE" | b"PURGE" => Op::Delete,
        _ => Op::Get,
    }
}

fn methods(text: &str) -> Result<Option<Vec<Vec<u8>>>> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(None);
    }
    let names = text.split('+').map(|name| name.trim().to_ascii_uppercase().into_bytes());
    let names: Vec<_> = names.collect();
    let is_name = |name: &Vec<u8>| !name.is_empty() && name.iter().all(|c| c.is_ascii_uppercase() || b"-_".contains(c));
    if !names.iter().all(is_name) {
        return Err(bad_value(FORMAT.name, "methods", text, "all, or methods joined with +, as in get+head"));
    }
    Ok(Some(names))
}

fn statuses(text: &str) -> Result<Box<[bool; 1000]>> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(Box::new([true; 1000]));
    }
    let mut counts = Box::new([false; 1000]);
    for part in text.split('+').map(str::trim) {
        match part.parse::<usize>() {
            Ok(status) if (100..1000).contains(&status) => counts[status] = true,
            _ => {
                let expected = "all, or statuses joined with +, as in 200+304";
                return Err(bad_value(FORMAT.name, "status", text, expected));
            }
        }
    }
    Ok(counts)
}

fn detect(probe: &Probe<'_>) -> u8 {
    const SURE: u8 = 96;
    let mut clock = line::Clock::default();
    let fits = |text: &[u8]| line::parse(text).is_ok_and(|line| clock.at(line.stamp).is_ok());
    if detect::Vote::of(probe.lines(), fits).is_so(SURE) { SURE } else { 0 }
}

#[cfg(test)]
mod tests;
