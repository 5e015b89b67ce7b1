//! From arguments to traces in memory, with a word on stderr about what was read.

use super::args::{OutputArgs, TraceArgs};
use super::output::say;
use super::progress;
use crate::core::quantity::{show_count, show_rate};
use crate::core::{Error, Result};
use crate::replay::{Opened, Source};
use crate::trace::{Columns, Trace};
use crate::workload;
use std::time::Instant;

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
        let bar = progress::bar(output, 0, "reading", "bytes");
        let opened = source.open(&self.selection(), columns, self.seed, &|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let Opened { trace, how, .. } = opened?;
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
}
