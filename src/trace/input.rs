//! The content of a file, a piece at a time: whole lines or whole records, however the bytes arrive.

use crate::core::{Error, Result};
use std::io::{self, Read};

/// Bytes read at once, and the size of the first piece, on which formats are detected.
pub const PIECE: usize = 1 << 20;

/// The longest line or csv record; a longer one is an error, so memory stays bounded.
pub const LONGEST: usize = 16 << 20;

/// The content of one file (decompressed), read in pieces.
pub struct Input {
    name: String,
    reader: Box<dyn Read>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// Lines handed out and consumed.
    line: u64,
    /// Bytes given out through [`Read`] since the last [`Input::mark`], and all of them.
    unmarked: usize,
    given: u64,
    /// Whether the last byte given out was a line end.
    line_ended: bool,
}

impl Input {
    /// Reads the first `piece` bytes of `reader`, or all where there are fewer. `name` is for error messages.
    ///
    /// # Errors
    /// The reader fails.
    pub fn new(name: impl Into<String>, reader: Box<dyn Read>, piece: usize) -> Result<Self> {
        let buffer = vec![0; piece.max(1)];
        let mut input = Self {
            name: name.into(),
            reader,
            buffer,
            start: 0,
            end: 0,
            ended: false,
            line: 0,
            unmarked: 0,
            given: 0,
            line_ended: false,
        };
        while !input.ended && input.end < input.buffer.len() {
            input.refill()?;
        }
        Ok(input)
    }

    /// The first piece, as long as nothing was consumed.
    pub fn head(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`Input::head`] is the whole content.
    pub fn is_whole(&self) -> bool {
        self.ended
    }

    /// The file's name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops a UTF-8 byte order mark from the start.
    pub fn skip_bom(&mut self) {
        if self.head().starts_with(b"\xef\xbb\xbf") {
            self.start += 3;
        }
    }

    /// `error` with the place: file and line (1-based).
    pub fn at_line(&self, line: u64, error: Error) -> Error {
        error.at(format_args!("{}:{line}", self.name))
    }

    /// The lines consumed so far; the next one has this number plus one.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whole lines, as many as are at hand, with their line ends (the last line of the file may have none).
    /// Empty at the end of the file.
    ///
    /// # Errors
    /// The reader fails, or a line is longer than [`LONGEST`].
    pub fn lines(&mut self) -> Result<&[u8]> {
        loop {
            let have = &self.buffer[self.start..self.end];
            let whole = match memchr::memrchr(b'\n', have) {
                Some(last) => last + 1,
                None if self.ended => have.len(),
                None => 0,
            };
            if whole > 0 || self.ended {
                return Ok(&self.buffer[self.start..self.start + whole]);
            }
            self.refill()?;
        }
    }

    /// Whole records of `size` bytes, as many as are at hand. Empty at the end of the file.
    ///
    /// `done` is the number of records consumed before, for the message.
    ///
    /// # Errors
    /// The reader fails, or the file ends inside a record.
    pub fn records(&mut self, size: usize, done: u64) -> Result<&[u8]> {
        while self.end - self.start < size && !self.ended {
            self.refill()?;
        }
        let have = self.end - self.start;
        if have > 0 && have < size {
            return Err(Error::failure(format!("record {} is cut short: {have} of {size} bytes", done + 1))
                .at(&self.name)
                .hint("the file is truncated, or of another format"));
        }
        Ok(&self.buffer[self.start..self.start + have / size * size])
    }

    /// Marks `bytes` of what was handed out, holding `lines` lines, as used.
    pub fn consume(&mut self, bytes: usize, lines: u64) {
        self.start = (self.start + bytes).min(self.end);
        self.line += lines;
    }

    /// All of the content, for formats that are not read from their start on.
    ///
    /// # Errors
    /// The reader fails.
    pub fn whole(&mut self) -> Result<Vec<u8>> {
        let mut bytes = self.buffer[self.start..self.end].to_vec();
        self.start = self.end;
        if !self.ended {
            self.reader.read_to_end(&mut bytes).map_err(|error| self.failed(&error))?;
            self.ended = true;
        }
        Ok(bytes)
    }

    /// Says that a record ended, for readers that use [`Read`].
    pub fn mark(&mut self) {
        self.unmarked = 0;
    }

    /// Whether `bytes` is all that was given out through [`Read`], and it does not end in a line end.
    pub fn ends_inside_a_line(&self, bytes: u64) -> bool {
        self.given == bytes && !self.line_ended
    }

    /// `error` as one of this file.
    pub fn failed(&self, error: &io::Error) -> Error {
        read_error(&self.name, error)
    }

    fn refill(&mut self) -> Result<()> {
        self.refill_io().map_err(|error| read_error(&self.name, &error))
    }

    fn refill_io(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() >= LONGEST {
                let line = self.line + 1;
                return Err(io::Error::other(format!("line {line} is longer than {} MiB", LONGEST >> 20)));
            }
            self.buffer.resize((self.buffer.len() * 2).min(LONGEST), 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    self.ended = n == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && !self.ended {
            self.refill_io()?;
        }
        if self.unmarked > LONGEST {
            let text = format!("a record is longer than {} MiB; is a quotation mark not closed?", LONGEST >> 20);
            return Err(io::Error::other(text));
        }
        let n = out.len().min(self.end - self.start);
        out[..n].copy_from_slice(&self.buffer[self.start..self.start + n]);
        self.start += n;
        self.unmarked += n;
        self.given += n as u64;
        if let Some(&last) = out[..n].last() {
            self.line_ended = last == b'\n';
        }
        Ok(n)
    }
}

/// The error for a failed read of the file `name`.
pub fn read_error(name: &str, error: &io::Error) -> Error {
    let found = Error::failure(error.to_string()).at(name);
    match error.kind() {
        io::ErrorKind::InvalidData => found.hint("fetch or write the file again; no part of it was used"),
        _ => found,
    }
}

/// The line at the start of `block` without its line end (`\n` or `\r\n`), and its length with it.
#[inline]
pub fn first_line(block: &[u8]) -> (&[u8], usize) {
    let (line, used) = match memchr::memchr(b'\n', block) {
        Some(end) => (&block[..end], end + 1),
        None => (block, block.len()),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), used)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A reader that gives the data in reads of 1 to `most` bytes.
    pub(in crate::trace) struct Trickle {
        pub(in crate::trace) data: Vec<u8>,
        pub(in crate::trace) at: usize,
        pub(in crate::trace) most: usize,
    }

    impl Read for Trickle {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = (1 + self.at * 7 % self.most).min(self.data.len() - self.at).min(out.len());
            out[..n].copy_from_slice(&self.data[self.at..self.at + n]);
            self.at += n;
            Ok(n)
        }
    }

    #[test]
    fn lines_are_whole_whatever_the_reads() {
        let text = b"one\ntwo\r\n\na longer line than the piece\nlast".to_vec();
        for most in 1..20 {
            let trickle = Trickle { data: text.clone(), at: 0, most };
            let mut input = Input::new("t", Box::new(trickle), 4).unwrap();
            let mut lines = Vec::new();
            loop {
                let block = input.lines().unwrap();
                if block.is_empty() {
                    break;
                }
                let (line, used) = first_line(block);
                lines.push(String::from_utf8_lossy(line).into_owned());
                input.consume(used, 1);
            }
            assert_eq!(lines, ["one", "two", "", "a longer line than the piece", "last"]);
            assert_eq!(input.line(), 5);
        }
    }

    #[test]
    fn a_cut_record_is_named() {
        let mut input = Input::new("f", Box::new(io::Cursor::new(vec![0u8; 25])), PIECE).unwrap();
        assert_eq!(input.records(24, 0).unwrap().len(), 24);
        input.consume(24, 0);
        let error = input.records(24, 1).unwrap_err();
        assert!(error.to_string().starts_with("f: record 2 is cut short: 1 of 24 bytes"), "{error}");
    }

    #[test]
    fn an_endless_line_is_an_error() {
        let mut input = Input::new("f", Box::new(io::repeat(b'x')), PIECE).unwrap();
        assert!(input.lines().unwrap_err().message().contains("longer than 16 MiB"));
        let mut input = Input::new("f", Box::new(io::repeat(b'x')), PIECE).unwrap();
        assert!(io::copy(&mut input, &mut io::sink()).is_err());
    }
}
