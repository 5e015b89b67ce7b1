//! `evictlab run`: traces x policies x capacities, a row for each.

use super::args::{OutputArgs, ReplayArgs, TraceArgs, WindowArgs};
use super::output::{Target, format_of, print, say};
use super::{Finish, interrupt, progress};
use crate::core::quantity::{show_count, show_some};
use crate::core::{Error, Result};
use crate::record::{Format, Row, Status, Window, write_rows, write_windows};
use crate::registry::{self, AdmissionSpec, Spec};
use crate::replay::{Capacity, Options, Outcome, Replayer, Settings, Source, parse_capacities};
use crate::trace::{Columns, Trace};
use std::path::Path;
use std::sync::atomic::Ordering;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab run --trace accesses.txt --policy lru,fifo --capacity 1000,1%\n  \
    evictlab run --workload zipf:objects=1e5,alpha=0.9 --policy lru,s3-fifo:small=0.2 \\\n      \
        --capacity log:0.1%..50%:16 --output zipf.csv\n  \
    evictlab run --trace cdn.csv --trace-format csv:time=1,id=2,size=3 \\\n      \
        --size bytes --policy lru,gdsf --capacity 1GiB,10GiB\n  \
    evictlab run --trace kv.csv --ttl 5m --policy lru,ttl --capacity 10% \\\n      \
        --window 60s --windows-output over-time.csv")]
pub(super) struct Args {
    #[command(flatten)]
    traces: TraceArgs,
    /// Eviction policies with their parameters: lru,s3-fifo:small=0.1,ghost=0.9,sieve; `all` for every one (but lrb, which is a
    /// thousand times slower)
    #[arg(long = "policy", required = true, value_name = "LIST")]
    policies: Vec<String>,
    /// Which of the missed objects come in, tried one after the other: always,second-hit,tiny-lfu (see `evictlab admissions`)
    #[arg(long = "admission", default_value = "always", value_name = "LIST")]
    admissions: Vec<String>,
    /// What brings objects in before they are asked for, tried one after the other: none,one-block-lookahead (see `evictlab
    /// prefetchers`)
    #[arg(long = "prefetch", default_value = "none", value_name = "LIST")]
    prefetchers: Vec<String>,
    /// Capacities: objects (1000, 1e6), bytes with --size bytes (64MiB), percentages (1%), log:FROM..TO:N
    #[arg(long = "capacity", required = true, value_name = "LIST", allow_hyphen_values = true)]
    capacities: Vec<String>,
    #[command(flatten)]
    replay: ReplayArgs,
    #[command(flatten)]
    windows: WindowArgs,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let specs = registry::parse_list(&args.policies.join(","))?;
    let capacities = parse_capacities(&args.capacities.join(","))?;
    let sources = args.traces.sources()?;
    // What can be refused is refused before the work: options, then the files to write to.
    let settings = args.replay.settings(&args.traces, args.windows.window.as_deref())?;
    let settings = beside(args, &specs, &settings)?;
    if let (Some(rows), Some(windows)) = (&args.output.output, &args.windows.windows_output)
        && same_place(rows, windows)
    {
        return Err(Error::usage("--output and --windows-output name one file").hint("give each a file of its own"));
    }
    let written = [&args.output.output, &args.windows.windows_output].into_iter().flatten();
    for (path, source) in written.flat_map(|path| sources.iter().map(move |source| (path, source))) {
        if matches!(source, Source::File(trace) if same_place(path, trace)) {
            return Err(Error::usage(format!("{} is a trace of this run", path.display()))
                .hint("write the results to another file"));
        }
    }
    let file = target(args.output.output.as_deref(), args.output.force)?;
    let windows_file = target(args.windows.windows_output.as_deref(), args.output.force)?;
    let pool = pool(args.threads)?;

    let (mut outcomes, mut failures) = (Vec::new(), Vec::new());
    let stop = interrupt::flag();
    for source in sources.iter().take_while(|_| !stop.load(Ordering::Relaxed)) {
        match one_trace(args, source, &settings, (&specs, &capacities), &pool) {
            Ok(done) => outcomes.extend(done),
            Err(error) => failures.push(error),
        }
    }
    // What is done is kept, whatever became of the other traces.
    let failure = failures.pop();
    if let Some(failure) = failure.clone().filter(|_| outcomes.is_empty()) {
        say_all(&failures);
        return Err(failure);
    }
    let (rows, windows): (Vec<Row>, Vec<Vec<Window>>) = outcomes.into_iter().map(|o| (o.row, o.windows)).unzip();
    if let Some((target, format)) = windows_file {
        target.finish(&encoded(|out| write_windows(&windows.concat(), format, out))?)?;
        wrote(args, args.windows.windows_output.as_deref());
    }
    let wrote_file = file.is_some();
    if let Some((target, format)) = file {
        target.finish(&encoded(|out| write_rows(&rows, format, out))?)?;
        wrote(args, args.output.output.as_deref());
    }
    let format = args.output.stdout_format();
    if !(wrote_file && args.output.quiet && format == Format::Table) {
        print(&encoded(|out| write_rows(&rows, format, out))?)?;
    }
    let finish = if stop.load(Ordering::Relaxed) { Finish::Interrupted } else { finish(&rows) };
    say_all(&failures);
    failure.map_or(Ok(finish), Err)
}

/// The settings with each admission and each prefetcher that is asked for.
fn beside(args: &Args, specs: &[Spec], settings: &Settings) -> Result<Vec<Settings>> {
    let admissions = registry::parse_admissions(&args.admissions.join(","))?;
    let prefetchers = registry::parse_prefetchers(&args.prefetchers.join(","))?;
    let with = |(admission, prefetch)| Settings { admission, prefetch, ..settings.clone() };
    let each = |admission: AdmissionSpec| prefetchers.iter().map(move |prefetch| (admission.clone(), prefetch.clone()));
    let settings: Vec<Settings> = admissions.into_iter().flat_map(each).map(with).collect();
    // Of all policies, those that go together; each of a choice has to.
    if !registry::are_all(specs) {
        specs.iter().try_for_each(|spec| settings.iter().try_for_each(|settings| settings.suits(spec)))?;
    }
    Ok(settings)
}

/// The policies that go with these settings; the others are named on stderr.
fn suited(specs: &[Spec], settings: &Settings, quiet: bool) -> Vec<Spec> {
    let (suited, others): (Vec<&Spec>, Vec<&Spec>) = specs.iter().partition(|spec| settings.suits(spec).is_ok());
    if !others.is_empty() && !quiet {
        let names: Vec<&str> = others.iter().map(|spec| spec.unit.entry.info.name).collect();
        let (admission, prefetch) = (&settings.admission.canonical, &settings.prefetch.canonical);
        say(&format!("note: these do not go with admission {admission}, prefetcher {prefetch}: {}", names.join(", ")));
    }
    suited.into_iter().cloned().collect()
}

fn wrote(args: &Args, path: Option<&Path>) {
    if let Some(path) = path.filter(|_| !args.output.quiet) {
        say(&format!("wrote {}", path.display()));
    }
}

fn say_all(failures: &[Error]) {
    for failure in failures {
        say(&format!("error: {failure}"));
    }
}

/// Says what failed, if anything did.
fn finish(rows: &[Row]) -> Finish {
    let failed: Vec<&Row> = rows.iter().filter(|row| row.status == Status::Failed).collect();
    for row in failed.iter().take(5) {
        say(&format!("error: {} at {} on {}: {}", row.policy, row.capacity_given, row.trace, row.error));
    }
    if rows.iter().any(|row| row.status == Status::Ok && row.requests == 0) {
        say("note: some cells counted no request: their warm-up never ended");
    }
    if failed.len() > 5 {
        say(&format!("error: {} more cells failed", failed.len() - 5));
    }
    if failed.is_empty() { Finish::Done } else { Finish::SomeFailed }
}

fn one_trace(
    args: &Args,
    source: &Source,
    settings: &[Settings],
    (specs, capacities): (&[Spec], &[Capacity]),
    pool: &rayon::ThreadPool,
) -> Result<Vec<Outcome>> {
    let columns = settings.iter().map(Settings::columns).reduce(Columns::union).unwrap_or_default();
    let trace = args.traces.open(source, columns, &args.output)?;
    let mut outcomes = Vec::new();
    let mut said = None;
    let each = if settings.len() > 1 {
        format!(" with each of {} pairs of admission and prefetcher", show_count(settings.len() as u64))
    } else {
        String::new()
    };
    // What is the same for all of them is said once.
    let mut say = |text: String| {
        if !args.output.quiet && said.as_ref() != Some(&text) {
            say(&format!("{text}{each}"));
            said = Some(text);
        }
    };
    for settings in settings.iter().take_while(|_| !interrupt::flag().load(Ordering::Relaxed)) {
        outcomes.extend(one_setting(args, &trace, settings, (specs, capacities), pool, &mut say)?);
    }
    Ok(outcomes)
}

fn one_setting(
    args: &Args,
    trace: &Trace,
    settings: &Settings,
    (specs, capacities): (&[Spec], &[Capacity]),
    pool: &rayon::ThreadPool,
    announce: &mut dyn FnMut(String),
) -> Result<Vec<Outcome>> {
    let options = args.replay.options(settings.options(trace, args.traces.seed)?);
    let options = Options { repetitions: args.windows.repetitions, ..options };
    let timed = options.expiry.on || options.window.is_some();
    if timed && trace.times.is_none() && !args.output.quiet {
        let seconds = options.period as f64 / 1e9;
        say(&format!("note: the trace has no times; a request counts as {seconds} s (set it with --rate)"));
    }
    let mut replayer = Replayer::new(trace, &options)?;
    let cells = replayer.cells(&suited(specs, settings, args.output.quiet), capacities)?;
    warn_of_large_capacities(trace, &options, &cells, args.output.quiet);
    let work = trace.requests() as u64 * cells.len() as u64;
    let some = show_some(cells.len() as u64, "cell");
    let threads = show_some(pool.current_num_threads() as u64, "thread");
    announce(format!("replaying {some} on {threads}: {}", show_some(work, "request")));
    let bar = progress::bar(&args.output, work, &format!("replaying {some}"), "requests");
    let outcomes = pool.install(|| replayer.run_until(&cells, &|done| bar.inc(done), interrupt::flag()));
    bar.finish_and_clear();
    Ok(outcomes)
}

fn warn_of_large_capacities(trace: &Trace, options: &Options, cells: &[crate::replay::Cell], quiet: bool) {
    let whole = trace.objects as u64;
    // With sizes that change, the footprint is no bound on what a cache may hold.
    if !quiet
        && !options.bytes
        && options.prefetch.is_none()
        && let Some(cell) = cells.iter().find(|cell| cell.capacity >= whole)
    {
        let given = &cell.capacity_given;
        say(&format!("note: capacity {given} holds the whole trace ({}): nothing is ever evicted", show_count(whole)));
    }
}

/// Do two paths name one file, which need not exist yet?
pub(super) fn same_place(a: &Path, b: &Path) -> bool {
    let folder = |path: &Path| {
        path.parent().and_then(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }.canonicalize().ok())
    };
    a == b || a.file_name() == b.file_name() && folder(a).is_some() && folder(a) == folder(b)
}

pub(super) fn target(path: Option<&Path>, force: bool) -> Result<Option<(Target, Format)>> {
    path.map(|path| Ok((Target::new(path, force)?, format_of(path)?))).transpose()
}

/// More than any machine has processors; a mistyped number must not start a million threads.
const MOST_THREADS: usize = 4096;

/// A thread pool of the size asked for; results do not depend on it.
pub(super) fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool> {
    if threads == Some(0) {
        return Err(Error::usage("--threads 0 leaves nobody to work").hint("leave it out to use all processors"));
    }
    if let Some(threads) = threads.filter(|&threads| threads > MOST_THREADS) {
        return Err(Error::usage(format!("--threads {threads} is more than {MOST_THREADS}"))
            .hint("more threads than processors are of no use; leave it out to use all processors"));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::failure(format!("cannot start threads: {e}")).hint("use fewer: --threads 1"))
}

/// What `write` writes.
pub(super) fn encoded(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(|e| Error::failure(format!("cannot encode the rows: {e}")))?;
    Ok(bytes)
}
