//! From arguments to traces in memory, with a word on stderr about what was read.

use super::args::{OperationsArg, OutputArgs, TraceArgs};
use super::output::say;
use super::progress;
use crate::core::quantity::{show_count, show_rate};
use crate::core::{Error, Result};
use crate::trace::{Columns, Filter, LoadOptions, Trace, load};
use crate::workload;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A trace to be: a file or a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A trace file.
    File(PathBuf),
    /// The spec of a workload.
    Workload(String),
}

impl TraceArgs {
    /// The traces named, files first.
    ///
    /// # Errors
    /// None is; or a workload's spec is wrong.
    pub(super) fn sources(&self) -> Result<Vec<Source>> {
        let mut sources: Vec<Source> = self.traces.iter().cloned().map(Source::File).collect();
        for spec in &self.workloads {
            workload::canonical(spec)?;
            sources.push(Source::Workload(spec.clone()));
        }
        if sources.is_empty() {
            return Err(Error::usage("no trace is named")
                .hint("name a file (--trace FILE) or a workload (--workload zipf:objects=1e5,alpha=1.0)"));
        }
        Ok(sources)
    }

    /// Reads or makes a trace, and says on stderr what it is.
    pub(super) fn open(&self, source: &Source, columns: Columns, output: &OutputArgs) -> Result<Trace> {
        let begun = Instant::now();
        let (trace, how) = match source {
            Source::File(path) => self.read(path, columns, output)?,
            Source::Workload(spec) => (self.make(spec, columns)?, "workload".to_owned()),
        };
        if !output.quiet {
            let seconds = begun.elapsed().as_secs_f64();
            let (requests, objects) = (show_count(trace.requests() as u64), show_count(trace.objects as u64));
            let rate = show_rate(trace.requests() as f64 / seconds.max(1e-9));
            say(&format!(
                "{}: {how}; read {requests} requests to {objects} objects in {seconds:.2} s ({rate})",
                trace.name
            ));
            trace.notes.iter().for_each(|note| say(&format!("note: {note}")));
        }
        Ok(trace)
    }

    fn read(&self, path: &Path, columns: Columns, output: &OutputArgs) -> Result<(Trace, String)> {
        let options = LoadOptions {
            format: self.trace_format.clone(),
            columns,
            filter: Filter {
                skip: self.skip.unwrap_or(0),
                limit: self.limit,
                from: self.from,
                until: self.until,
                sample: self.sample,
            },
            size_change: self.size_change.into(),
            only_reads: self.operations == OperationsArg::ReadOnly,
        };
        let bar = progress::bar(output, 0, "reading", "bytes");
        let loaded = load(path, &options, &|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let loaded = loaded?;
        let packed = if loaded.compression == "none" { String::new() } else { format!(", {}", loaded.compression) };
        Ok((loaded.trace, format!("{} ({}{packed})", loaded.format, loaded.why)))
    }

    fn make(&self, spec: &str, columns: Columns) -> Result<Trace> {
        let filtered = self.skip.is_some() || self.limit.is_some() || self.from.is_some() || self.until.is_some();
        if filtered || self.sample.is_some() {
            return Err(Error::usage("--skip, --limit, --from, --until and --sample are for trace files")
                .hint("a workload has its own requests=N; or write it to a file first: evictlab trace generate"));
        }
        // A time to live counts from the time of a request; a spec without `arrivals` has no times anyway.
        workload::generate(spec, self.seed, Columns { times: columns.times || columns.ttls, ..columns })
    }
}
