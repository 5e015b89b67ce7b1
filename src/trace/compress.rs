//! Finds the compression of a file by its first bytes and takes it off; damage is an error with its position.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the bytes that pass, so that progress and the place of damage are known.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// The file names' endings that stand for a compression.
pub const EXTENSIONS: &[(&str, &str)] = &[("gz", "gzip"), ("zst", "zstd"), ("xz", "xz"), ("lz4", "lz4")];

/// The compression that a file starting with `head` has: `gzip`, `zstd`, `xz`, `lz4` or `none`.
pub fn sniff(head: &[u8]) -> &'static str {
    match head {
        [0x1f, 0x8b, 8, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "xz",
        [0x04, 0x22, 0x4d, 0x18, ..] => "lz4",
        _ => "none",
    }
}

/// Compressed bytes read at once.
const BUFFER: usize = 1 << 18;

/// A reader of the content of `raw`, and the name of the compression it had.
///
/// `count` gets the number of bytes read from `raw`. A stream may have several members one behind the other.
///
/// # Errors
/// The first bytes cannot be read. Later the reader fails where the compressed stream is damaged or ends too early.
pub fn open(mut raw: Box<dyn Read>, count: &Arc<AtomicU64>) -> io::Result<(Box<dyn Read>, &'static str)> {
    let mut head = Vec::with_capacity(6);
    raw.by_ref().take(6).read_to_end(&mut head)?;
    let kind = sniff(&head);
    let whole = Counted { inner: Cursor::new(head).chain(raw), count: Arc::clone(count) };
    if kind == "none" {
        return Ok((Box::new(whole), kind));
    }
    let bytes = BufReader::with_capacity(BUFFER, whole);
    let inner: Box<dyn Read> = match kind {
        "gzip" => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        "zstd" => Box::new(zstd::stream::read::Decoder::with_buffer(bytes)?),
        "xz" => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(bytes)),
        _ => Box::new(Lz4::new(bytes)),
    };
    Ok((Box::new(Decompressed { inner, kind, count: Arc::clone(count), given: 0, failed: false }), kind))
}

/// The content of a compressed stream; says what is wrong and where.
struct Decompressed {
    inner: Box<dyn Read>,
    kind: &'static str,
    count: Arc<AtomicU64>,
    given: u64,
    failed: bool,
}

impl Read for Decompressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A decoder that failed once may report a clean end at the next call.
        let result = if self.failed { Err(io::Error::other("damaged before")) } else { self.inner.read(buffer) };
        match result {
            Ok(n) => {
                self.given += n as u64;
                Ok(n)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = true;
                let what = if error.kind() == ErrorKind::UnexpectedEof { "ends too early" } else { "is damaged" };
                let (kind, near, given) = (self.kind, self.count.load(Ordering::Relaxed), self.given);
                let text =
                    format!("the {kind} stream {what} near byte {near} (after {given} bytes of content): {error}");
                Err(io::Error::new(ErrorKind::InvalidData, text))
            }
        }
    }
}

/// An lz4 reader that tells a finished frame from one cut between two blocks, and goes on to the next frame.
struct Lz4<R: BufRead> {
    /// The current frame; a frame may differ from the last in its block size, so each gets a decoder of its own.
    frame: Option<lz4_flex::frame::FrameDecoder<NoteEnd<R>>>,
}

/// Remembers whether somebody wanted bytes after the end.
struct NoteEnd<R> {
    inner: R,
    ended: bool,
}

impl<R: Read> Read for NoteEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.ended |= n == 0 && !buffer.is_empty();
        Ok(n)
    }
}

impl<R: BufRead> Lz4<R> {
    fn new(inner: R) -> Self {
        Self { frame: Some(lz4_flex::frame::FrameDecoder::new(NoteEnd { inner, ended: false })) }
    }
}

impl<R: BufRead> Read for Lz4<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(frame) = &mut self.frame {
            let n = frame.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            // The decoder says 0 both after an end mark and where the input stops before one.
            if frame.get_ref().ended {
                return Err(io::Error::new(ErrorKind::UnexpectedEof, "the frame has no end mark"));
            }
            if frame.get_mut().inner.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.frame = self.frame.take().map(|frame| lz4_flex::frame::FrameDecoder::new(frame.into_inner()));
        }
        Ok(0)
    }
}

/// A writer that compresses as the ending of a file name asks.
///
/// # Errors
/// The compressor cannot start.
pub fn encoder<'a>(extension: &str, out: Box<dyn io::Write + 'a>) -> io::Result<Box<dyn Finish + 'a>> {
    Ok(match extension {
        "gz" => Box::new(flate2::write::GzEncoder::new(out, flate2::Compression::default())),
        "zst" => {
            let mut encoder = zstd::stream::write::Encoder::new(out, 3)?;
            encoder.include_checksum(true)?;
            Box::new(encoder)
        }
        "xz" => Box::new(liblzma::write::XzEncoder::new(out, 6)),
        "lz4" => {
            let info = lz4_flex::frame::FrameInfo::new().content_checksum(true);
            Box::new(lz4_flex::frame::FrameEncoder::with_frame_info(info, out))
        }
        _ => Box::new(out),
    })
}

/// A writer whose end has to be written.
pub trait Finish: io::Write {
    /// Writes the end mark and hands everything on.
    ///
    /// # Errors
    /// What the writer below reports.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Finish for Box<dyn io::Write + '_> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        io::Write::flush(&mut *self)
    }
}

impl Finish for flate2::write::GzEncoder<Box<dyn io::Write + '_>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        flate2::write::GzEncoder::finish(*self)?.flush()
    }
}

impl Finish for zstd::stream::write::Encoder<'_, Box<dyn io::Write + '_>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        zstd::stream::write::Encoder::finish(*self)?.flush()
    }
}

impl Finish for liblzma::write::XzEncoder<Box<dyn io::Write + '_>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        liblzma::write::XzEncoder::finish(*self)?.flush()
    }
}

impl Finish for lz4_flex::frame::FrameEncoder<Box<dyn io::Write + '_>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        lz4_flex::frame::FrameEncoder::finish(*self).map_err(io::Error::from)?.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::RefCell;
    use std::io::Write;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, data: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(data);
            Ok(data.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn pack(extension: &str, data: &[u8]) -> Vec<u8> {
        let out = Shared::default();
        let mut encoder = encoder(extension, Box::new(out.clone())).unwrap();
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap();
        out.0.take()
    }

    fn unpack(data: &[u8]) -> io::Result<Vec<u8>> {
        let (mut reader, _) = open(Box::new(Cursor::new(data.to_vec())), &Arc::default())?;
        let mut out = Vec::new();
        reader.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn every_kind_is_found_and_taken_off_also_several_members() {
        let text: Vec<u8> = (0..50_000u32).flat_map(|i| format!("{}\n", i * 7 % 1013).into_bytes()).collect();
        for &(extension, name) in EXTENSIONS {
            let mut packed = pack(extension, &text);
            assert_eq!(sniff(&packed), name);
            assert_eq!(unpack(&packed).unwrap(), text, "{name}");
            packed.extend(pack(extension, b"more\n"));
            assert_eq!(unpack(&packed).unwrap().len(), text.len() + 5, "{name}: two members");
        }
    }

    #[test]
    fn a_stream_cut_anywhere_is_an_error_with_its_place() {
        let text: Vec<u8> = (0..3000u32).flat_map(|i| hash_line(i).into_bytes()).collect();
        for &(extension, name) in EXTENSIONS {
            let packed = pack(extension, &text);
            for cut in (6..packed.len()).step_by(packed.len() / 150 + 1).chain(packed.len() - 20..packed.len()) {
                let error = unpack(&packed[..cut]).expect_err(&format!("{name} cut at {cut} of {}", packed.len()));
                assert!(error.to_string().contains(name) && error.to_string().contains("byte"), "{error}");
            }
        }
    }

    fn hash_line(i: u32) -> String {
        format!("{}\n", crate::core::hash::mix(u64::from(i)))
    }

    #[test]
    fn an_lz4_frame_cut_between_blocks_is_noticed() {
        let text = vec![7u8; 300_000];
        let out = Shared::default();
        let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB);
        let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, out.clone());
        encoder.write_all(&text).unwrap();
        encoder.finish().unwrap();
        let packed = out.0.take();
        assert_eq!(unpack(&packed).unwrap(), text);
        assert!((7..packed.len()).all(|cut| unpack(&packed[..cut]).is_err()));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_after_the_magic_never_panic(kind in 0usize..4, tail in prop::collection::vec(any::<u8>(), 0..400)) {
            let magic: &[u8] = [&[0x1f, 0x8b, 8][..], &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, b'7', b'z', b'X', b'Z', 0], &[4, 0x22, 0x4d, 0x18]][kind];
            let _ = unpack(&[magic, &tail].concat());
        }

        #[test]
        fn a_flipped_byte_is_an_error_or_harmless(kind in 0usize..4, at in any::<prop::sample::Index>(), flip in 1u8..) {
            let text: Vec<u8> = (0..500u32).flat_map(|i| hash_line(i).into_bytes()).collect();
            let mut packed = pack(EXTENSIONS[kind].0, &text);
            let at = at.index(packed.len() - 6) + 6;
            packed[at] ^= flip;
            if let Ok(out) = unpack(&packed) {
                prop_assert_eq!(out, text);
            }
        }
    }
}
