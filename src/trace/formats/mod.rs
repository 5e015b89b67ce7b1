//! The formats a trace can have, and the contract of a decoder.
//!
//! Adding a format is one file with a [`Format`], and two lines here.
//!
//! # Contract
//! A decoder gets the decompressed content as an [`Input`] and fills batches. It
//! - pushes each request once, in file order, either integer `keys` or string `texts`, at most [`Batch::room`] at a time;
//! - leaves only whole requests in the batch when it reports an error;
//! - fills an optional column for every request of the file or for none, and only if `batch.want` asks for it;
//! - leaves filters, dense ids and relative times to the builder;
//! - answers a bad line or record with an error that names file, line (or record), field and what was expected, never
//!   with a panic or a silently dropped request; lines that the format defines to be ignored may be ignored.

use super::Keys;
use super::batch::Batch;
use super::detect::Probe;
use super::input::{Input, first_line};
use super::spec::{Options, Spec};
use super::table::{self, Layout};
use crate::core::Result;

pub(super) use evl::{STORE, of_store};
#[cfg(feature = "parquet")]
pub(super) use parquet::encode as encode_parquet;

mod address;
mod alibaba_block;
mod arc;
mod baleen;
mod binary;
mod cache2k;
mod camelab;
mod combined;
mod csv;
mod csv_columns;
mod delayed_hits;
mod etw;
mod evl;
mod gradle;
mod ibm_cos;
mod k5cloud;
mod lcs;
mod lirs;
mod meta_cdn;
mod meta_kv;
mod mooncake;
mod msr;
mod oracle_general;
mod oracle_general_op_ns;
mod parquet;
mod prompts;
mod qwen;
mod redis_monitor;
mod spc;
mod strace;
mod systor;
mod tally;
mod tectonic;
mod tencent_block;
mod tencent_photo;
mod thesios;
mod tragen;
mod twitter;
mod twr;
mod txt;
mod vscsi;
mod webcachesim;
mod wikibench;
mod wikimedia;
mod youtube;

/// Every format. The order decides between equally confident detections.
pub static FORMATS: &[&Format] = &[
    &evl::FORMAT,
    &parquet::FORMAT,
    &oracle_general::FORMAT,
    &oracle_general_op_ns::FORMAT,
    &lcs::FORMAT,
    &vscsi::FORMAT,
    &twr::FORMAT,
    &twr::WITH_NAMESPACE,
    &arc::FORMAT,
    &address::FORMAT,
    &lirs::FORMAT,
    &cache2k::FORMAT,
    &cache2k::CORDA,
    &binary::FORMAT,
    &mooncake::FORMAT,
    &qwen::FORMAT,
    &twitter::FORMAT,
    &meta_kv::FORMAT,
    &meta_cdn::FORMAT,
    &wikimedia::UPLOAD,
    &wikimedia::TEXT,
    &wikimedia::OF_2016,
    &wikibench::FORMAT,
    &youtube::FORMAT,
    &ibm_cos::FORMAT,
    &tencent_photo::FORMAT,
    &tectonic::FORMAT,
    &baleen::FORMAT,
    &thesios::FORMAT,
    &msr::FORMAT,
    &alibaba_block::FORMAT,
    &tencent_block::FORMAT,
    &spc::FORMAT,
    &systor::FORMAT,
    &k5cloud::FORMAT,
    &etw::FORMAT,
    &camelab::FORMAT,
    &delayed_hits::FORMAT,
    &gradle::FORMAT,
    &tragen::FORMAT,
    &combined::FORMAT,
    &redis_monitor::FORMAT,
    &strace::FORMAT,
    &webcachesim::FORMAT,
    &csv::FORMAT,
    &txt::FORMAT,
];

/// A trace format: how it is called, found and read.
pub struct Format {
    /// The canonical name.
    pub name: &'static str,
    /// Other names, as users of other simulators type them.
    pub aliases: &'static [&'static str],
    /// Endings of file names, without the dot and without that of the compression.
    pub extensions: &'static [&'static str],
    /// One line for the list of formats.
    pub summary: &'static str,
    /// What a record or line holds, with units.
    pub layout: &'static str,
    /// Who publishes or defines it: a page, a paper.
    pub source: &'static str,
    /// A small file of this format in `traces/samples/`.
    pub sample: &'static str,
    /// What can be set.
    pub options: &'static [OptionHelp],
    /// Bytes that a record usually has, where the format is binary; lets memory be reserved at once.
    pub record_bytes: Option<u64>,
    /// How its files are found and read.
    pub form: Form,
}

/// How files of a format are found and read.
pub enum Form {
    /// They are rows of these columns.
    Table(&'static Layout),
    /// By functions of its own.
    Own {
        /// As [`Format::detect`].
        detect: fn(&Probe<'_>) -> u8,
        /// As [`Format::open`].
        open: fn(&Options, Input) -> Result<Box<dyn Decoder>>,
    },
}

impl Format {
    /// The format of rows of these columns, which has their name, but for what people read of it.
    const fn table(columns: &'static Layout) -> Self {
        Self {
            name: columns.format,
            aliases: &[],
            extensions: &[],
            summary: "",
            layout: "",
            source: "",
            sample: "",
            options: &[],
            record_bytes: None,
            form: Form::Table(columns),
        }
    }

    /// How sure it is, from the first bytes, that a file has this format: 0 = it has not, 100 = nothing else writes this.
    pub fn detect(&self, probe: &Probe<'_>) -> u8 {
        match self.form {
            Form::Table(columns) => table::detect(columns, probe),
            Form::Own { detect, .. } => detect(probe),
        }
    }

    /// A decoder for the file.
    ///
    /// # Errors
    /// An option has a value that makes no sense, or the first bytes do not fit the format.
    pub fn open(&self, options: &Options, input: Input) -> Result<Box<dyn Decoder>> {
        match self.form {
            Form::Table(columns) => table::open(columns, options, input),
            Form::Own { open, .. } => open(options, input),
        }
    }
}

/// An option of a format, for help and for checking names.
#[derive(Debug, Clone, Copy)]
pub struct OptionHelp {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is not given.
    pub default: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// What a call of [`Decoder::fill`] found.
#[derive(Debug)]
pub enum Fill {
    /// Requests, or nothing yet; call again.
    More,
    /// The end of the file; the batch may hold the last requests.
    End,
    /// The file must be read again from the start with these options, for the reason given.
    Restart(Options, String),
}

/// Turns the content of a file into requests.
pub trait Decoder {
    /// Adds requests to `batch`, up to its [`Batch::room`].
    ///
    /// # Errors
    /// Something in the file is not as the format says; see the contract in the module text.
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill>;

    /// Whether the keys are strings (`texts`) and not integers (`keys`).
    fn strings(&self) -> bool {
        false
    }

    /// The keys that the integer keys are numbers of, where they are; the batch then has hashes to sample by.
    fn keys(&self) -> Option<&Keys> {
        None
    }

    /// The options as they are in force, with everything that was found by itself.
    fn options(&self) -> Options {
        Options::new()
    }

    /// Where requests are ranges of blocks: what was made of them, as [`crate::trace::Trace::blocks`] has it.
    fn blocks(&self) -> String {
        String::new()
    }

    /// What people should know, once the file is read.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Opens `input` as the format in `spec`.
///
/// # Errors
/// An option has a value that makes no sense, or the first bytes do not fit the format.
pub fn open(spec: &Spec, mut input: Input) -> Result<Box<dyn Decoder>> {
    if spec.format.record_bytes.is_none() {
        input.skip_bom();
    }
    spec.format.open(&spec.options, input)
}

/// Feeds whole lines to `one` while the batch has room. `one` may add at most one request per line; its errors get the
/// place in front.
///
/// # Errors
/// Those of `one` and of the reader.
pub(in crate::trace) fn each_line(
    input: &mut Input,
    batch: &mut Batch,
    mut one: impl FnMut(&[u8], &mut Batch) -> Result<()>,
) -> Result<Fill> {
    let before = input.line();
    let block = input.lines()?;
    if block.is_empty() {
        return Ok(Fill::End);
    }
    let (mut used, mut lines) = (0, 0);
    while used < block.len() && batch.room() > 0 {
        let (line, length) = first_line(&block[used..]);
        lines += 1;
        if let Err(error) = one(line, batch) {
            return Err(input.at_line(before + lines, error));
        }
        used += length;
    }
    input.consume(used, lines);
    Ok(Fill::More)
}

/// The fields of a line, separated by blanks or tabs.
fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&c| c == b' ' || c == b'\t').filter(|field| !field.is_empty())
}

#[cfg(test)]
mod log_samples;
#[cfg(test)]
mod odd_files;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
