//! Finds the format of a file from its name and its first bytes.

use super::compress;
use super::formats::{FORMATS, Format};
use super::spec::Spec;
use crate::core::{Error, Result};

/// What is known of a file before it is read: its name and its first bytes, decompressed.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// The first bytes of the content.
    pub bytes: &'a [u8],
    /// Whether `bytes` is everything.
    pub whole: bool,
    /// The file's name, without its folder.
    pub name: &'a str,
}

impl<'a> Probe<'a> {
    /// Does it hold bytes that no text has?
    pub fn is_binary(&self) -> bool {
        self.bytes.contains(&0)
    }

    /// The first thousand whole lines, without their line ends.
    pub fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.all_lines().take(1000)
    }

    /// All whole lines, without their line ends.
    pub fn all_lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        let end = match text.iter().rposition(|&c| c == b'\n') {
            _ if self.whole => text.len(),
            Some(last) => last,
            None => 0,
        };
        text[..end].split(|&c| c == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// What the first lines of a file say of a format: how many fit it, and how many do not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vote {
    /// Lines that fit.
    pub fit: usize,
    /// Lines that do not.
    pub odd: usize,
}

impl Vote {
    /// Counts a line.
    pub fn count(&mut self, fits: bool) {
        *if fits { &mut self.fit } else { &mut self.odd } += 1;
    }

    /// Whether the file has a format that makes it so sure if all lines fit.
    ///
    /// A line that was cut or damaged does not make another format of it: reading then says which line it is. Where little else
    /// looks like the format most lines are enough; where much does, one in twenty may be odd.
    pub fn is_so(self, sure: u8) -> bool {
        self.odd < self.fit && (sure >= SURE || self.odd * 20 <= self.fit)
    }

    /// The vote of these lines.
    pub fn of<'a>(lines: impl Iterator<Item = &'a [u8]>, mut fits: impl FnMut(&'a [u8]) -> bool) -> Self {
        let mut vote = Self::default();
        lines.filter(|line| !line.trim_ascii().is_empty()).for_each(|line| vote.count(fits(line)));
        vote
    }
}

/// The format of the file, and how it was found: `extension .lis` or `first bytes`.
///
/// An extension counts unless the content is binary where it stands for text, or the other way around: a bad line is then
/// an error with its place, instead of a reason to take the file for something else. Only `.txt`, which any text may be
/// called, has to fit the first bytes.
///
/// # Errors
/// Nothing fits.
pub fn identify(probe: &Probe<'_>) -> Result<(Spec, String)> {
    let by_ending = by_name(probe.name);
    if by_ending.is_none_or(|(_, extension)| GENERIC.contains(&extension))
        && let Some((sure, format)) = best(probe)
        && (sure >= SURE || by_ending.is_none())
    {
        return Ok((Spec::new(format), "first bytes".into()));
    }
    if let Some((format, extension)) = by_ending
        && (format.detect(probe) > 0 || extension != "txt" && format.record_bytes.is_some() == probe.is_binary())
    {
        return Ok((Spec::new(format), format!("extension .{extension}")));
    }
    if let Some((_, format)) = best(probe) {
        return Ok((Spec::new(format), "first bytes".into()));
    }
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    Err(Error::failure("the format cannot be told from the name or the first bytes")
        .at(probe.name)
        .hint(format!("say it with --trace-format NAME, one of {}", names.join(", "))))
}

/// Endings that say no more than that it is text.
const GENERIC: [&str; 3] = ["csv", "tsv", "txt"];
/// From here on the content says more than such an ending.
const SURE: u8 = 85;

/// The format that fits the content best, the first of those that are equally sure, and how sure it is.
fn best(probe: &Probe<'_>) -> Option<(u8, &'static Format)> {
    let sure = FORMATS.iter().map(|&format| (format.detect(probe), format)).filter(|&(sure, _)| sure > 0);
    sure.reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// The format that an ending of the name stands for, and that ending. Endings are tried from the last one forward, so
/// `x.oracleGeneral.bin.zst` is found too.
fn by_name(name: &str) -> Option<(&'static Format, &'static str)> {
    let endings = name.split('.').skip(1).collect::<Vec<_>>();
    let endings = endings.iter().rev().filter(|ending| !compress::EXTENSIONS.iter().any(|(e, _)| same(e, ending)));
    endings.take(2).find_map(|ending| {
        FORMATS.iter().find_map(|&f| f.extensions.iter().find(|e| same(e, ending)).map(|&extension| (f, extension)))
    })
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, bytes: &[u8]) -> String {
        match identify(&Probe { bytes, whole: true, name }) {
            Ok((spec, why)) => format!("{spec} ({why})"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_and_first_bytes_tell_the_format() {
        assert_eq!(found("a.txt.zst", b"1\n2\n"), "txt (extension .txt)");
        assert_eq!(found("P3.lis.zst", b"230027 8 0 0\n1842745 64 0 1\n"), "arc (extension .lis)");
        assert_eq!(found("P3", b"230027 8 0 0\n1842745 64 0 1\n"), "arc (first bytes)");
        assert_eq!(found("loop.trace.gz", b"1\n*\n2\n"), "lirs (first bytes)");
        assert_eq!(found("x.trace", b"1\r\n2\r\n"), "txt (first bytes)");
        assert_eq!(found("gcc.trace", b"s 0x1fffff50 1\nl 0x1fffff58 1\n"), "address (first bytes)");
        assert_eq!(found("x.trace", b"1 0 68\n2 1 7454\n"), "webcachesim (first bytes)");
        assert_eq!(found("x.log", b"time,op,lbn\n1,2a,77\n"), "csv (first bytes)");
        assert_eq!(found("keys", b"alpha\nbeta\n"), "txt (first bytes)");
        let access = b"::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 9\n";
        assert_eq!(found("access.log", access), "combined (first bytes)");
        assert_eq!(found("x", b"OK\n1339518083.107412 [0 lua] \"get\" \"k\"\n"), "redis-monitor (first bytes)");
        assert_eq!(found("x", b"12 0.000021 open(\"x\", O_RDONLY) = 3\n"), "strace (first bytes)");
        assert_eq!(found("x.strace", b"12 exit_group(0) = ?\n"), "strace (extension .strace)");
    }

    #[test]
    fn an_extension_that_the_content_denies_is_not_believed() {
        assert_eq!(found("request.txt", b"1 0 68\n2 1 7454\n"), "webcachesim (first bytes)");
    }

    #[test]
    fn a_publishers_layout_says_more_than_csv() {
        assert_eq!(found("hm_0.csv.gz", b"128166372003061629,hm,0,Read,4096,512,9\n"), "msr (first bytes)");
        assert_eq!(found("io_traces.csv", b"0,R,126703661056,4096,1577808000000046\n"), "alibaba-block (first bytes)");
        for csv in [
            b"time,key,size\n1,a,10\n2,b,20\n".as_slice(),
            b"time,id,size,op,tenant\n0,7,100,get,1\n1,8,4096,set,2\n",
            b"id,op,size,ts,x\n7,get,512,1,2\n",
            b"obj,time,op,size,ttl\n7,1,set,512,0\n",
            b"key\na\nb\n",
        ] {
            assert_eq!(found("a.csv", csv), "csv (extension .csv)");
        }
        assert_eq!(found("w.txt", b"0 1 68 0 1\n1 2 68 0 1\n2 1 68 0 1\n"), "webcachesim (first bytes)");
        assert_eq!(found("five.csv", b"1,2,3,0,5\n2,2,3,1,5\n"), "csv (extension .csv)");
        assert_eq!(found("five.tsv", b"1\t2\tx\t3\t5\n"), "csv (extension .tsv)");
    }

    #[test]
    fn an_extension_stands_against_a_bad_line() {
        assert_eq!(found("cols.csv", b"time,id\n1,2\n3\n"), "csv (extension .csv)");
        assert_eq!(found("one.csv", b"id\nx\nx\n"), "csv (extension .csv)");
        assert_eq!(found("few.lis", b"1 2 0\n"), "arc (extension .lis)");
        assert_eq!(found("letters.lirs", b"1\n2\nxyz\n"), "lirs (extension .lirs)");
        assert_eq!(found("short.oracleGeneral", &[0; 25]), "oracle-general (extension .oracleGeneral)");
        assert_eq!(found("text.oracleGeneral", b"1\n2\n"), "txt (first bytes)");
    }

    #[test]
    fn a_damaged_line_makes_no_other_format() {
        let many = |line: &str, odd: &str| [&line.repeat(30), odd, &line.repeat(30)].concat();
        for (format, line, odd) in [
            ("alibaba-block", "0,R,12345,4096,1577808000000046\n", "0,R,12345\n"),
            ("twitter", "0,abc,3,100,1,get,0\n", "0,abc,3,100,1,touch,0\n"),
            ("spc", "0,20941264,8192,W,0.551706\n", "0,20941264,8192,x,0.551706\n"),
            ("combined", "::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 9\n", "2000:13:55:36\n"),
            ("mooncake", "{\"timestamp\": 1, \"hash_ids\": [1, 2]}\n", "{\"timestamp\": 1, \"ha\n"),
            ("redis-monitor", "1339518083.107412 [0 lua] \"get\" \"k\"\n", "1339518083.1074\n"),
            ("strace", "12 0.000021 open(\"x\", O_RDONLY) = 3\n", "??\n"),
        ] {
            assert_eq!(found("x.csv", many(line, odd).as_bytes()), format!("{format} (first bytes)"));
        }
        let ends = b"0,R,126703661056,4096,1577808000000046,\n0,W,4096,4096,1577808000000047,\n";
        assert_eq!(found("x.csv", ends), "alibaba-block (first bytes)");
        // Where most lines are others, it is one of theirs.
        assert_eq!(found("x.csv", b"0,R,12345,4096,1\n1,x,2,3,4\n1,y,2,3,4\n"), "csv (extension .csv)");
    }

    #[test]
    fn a_header_of_events_is_enough() {
        let etw = b"BeginHeader\nDiskRead, TimeStamp\nEndHeader\nFileIoRead, 1, x, 2\nDiskRead, 1, p, 2, 0x1, 0x1000, 0x200, \
            10, 1, 0x60, 9, Normal, , 0x1, \"C:\\a,b\"\n";
        assert_eq!(found("x.csv", etw), "etw (first bytes)");
    }

    #[test]
    fn numbers_of_eight_bytes_are_not_halves() {
        let numbers =
            |width: usize| (1..400u64).flat_map(|i| i.to_be_bytes()[8 - width..].to_vec()).collect::<Vec<_>>();
        assert_eq!(found("x", &numbers(4)), "cache2k (first bytes)");
        assert_eq!(found("x", &numbers(8)), "corda (first bytes)");
    }

    #[test]
    fn wikimedias_uploads_need_no_header() {
        let rows = b"0\t833946053\tjpeg\t9665\t0.00025\n0\t-1679404160\tpng\t17635\t0.0001\n";
        assert_eq!(found("x", rows), "wikimedia-upload (first bytes)");
        assert_eq!(found("x", b"833946053\t-\ttext/html\t9665\tcp1066 hit\n"), "wikimedia-2016 (first bytes)");
    }

    #[test]
    fn what_nobody_knows_is_an_error_that_lists_the_formats() {
        for unknown in
            [b"\0\0\0\x01\0\0\0\x02\xff\xff".as_slice(), b"{\"a\": 1, \"b\": 2}\n", b"hello, world. how\nare you\n"]
        {
            let text = found("x", unknown);
            assert!(text.contains("--trace-format NAME") && text.contains("oracle-general"), "{text}");
        }
    }

    #[test]
    fn only_plausible_records_are_oracle_general() {
        let record = |time: u32, next: i64| {
            [&time.to_le_bytes()[..], &7u64.to_le_bytes(), &1u32.to_le_bytes(), &next.to_le_bytes()].concat()
        };
        let good: Vec<u8> = (0..9).flat_map(|i| record(i, if i < 8 { i64::from(i) + 2 } else { -1 })).collect();
        assert_eq!(found("x", &good), "oracle-general (first bytes)");
        let back: Vec<u8> = (0..9).flat_map(|i| record(9 - i, -1)).collect();
        assert!(found("x", &back).contains("cannot be told"));
    }
}
