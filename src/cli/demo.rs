//! `evictlab demo`: nine policies on bundled and synthetic traces and their curves, then two timed scenarios and their
//! figures. Needs nothing.

use super::Finish;
use super::args::OutputArgs;
use super::output::{readable, say};
use super::plot::picture;
use super::progress;
use super::run::{encoded, pool};
use crate::core::quantity::show_count;
use crate::core::{Error, Result};
use crate::engine::Expiry;
use crate::record::{Format, Row, ScenarioOutcome, ScenarioTables, write_rows, write_scenarios};
use crate::registry;
use crate::replay::{Options, Replayer, parse_capacities};
use crate::report::{self, Input, PlotOptions};
use crate::scenario::{preset, run};
use crate::trace::{BUNDLED, Columns, Trace};
use crate::workload;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  evictlab demo\n\nThe folder results/demo is the demo's own and is replaced at each run."
)]
pub(super) struct Args {
    /// The folder to replace
    #[arg(long, default_value = "results/demo", value_name = "FOLDER")]
    output: PathBuf,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    quiet: bool,
}

/// The policies of every textbook, then four modern ones.
const POLICIES: &str = "lru,lfu,fifo,random,ttl,sieve,s3-fifo,arc,w-tiny-lfu";
const CAPACITIES: &str = "log:0.5%..64%:8";
/// Synthetic traces: what the panel says, and the spec. Times to live vary between objects, so that TTL is not FIFO.
const WORKLOADS: [(&str, &str); 3] = [
    (
        "zipf 0.9, popular objects",
        "zipf:objects=2e4,alpha=0.9,requests=3e5,arrivals=poisson(1000),ttl=lognormal(60s,1.5)",
    ),
    (
        "drift, popularity moves",
        "drift:objects=2e4,alpha=0.9,requests=3e5,period=1000,step=20,arrivals=poisson(1000),ttl=lognormal(60s,1.5)",
    ),
    (
        "zipf and a loop, mixed",
        "mix:requests=3e5,arrivals=poisson(1000),ttl=lognormal(60s,1.5),parts=(0.7*zipf(objects=2e4,alpha=0.9)+0.3*loop(objects=5000))",
    ),
];
const CSV: &str = "results.csv";
/// The scenarios: what a crowd does to an origin, and what a second level of caches is good for.
const SHOWN: [&str; 2] = ["stampede", "two-level"];
const SCENARIOS: &str = "scenarios.csv";
const PICTURES: [&str; 2] = ["hit-ratio-curves.svg", "hit-ratio-curves.png"];

pub(super) fn main(args: &Args) -> Result<Finish> {
    let output = OutputArgs::saying(!args.quiet);
    // Made twice: now, to know at once if it cannot be; and at the end, so that an interrupted demo leaves nothing.
    drop(Folder::new(&args.output)?);
    let rows = replay_all(&output, args.threads)?;
    let folder = Folder::new(&args.output)?;
    folder.write(CSV, &encoded(|out| write_rows(&rows, Format::Csv, out))?)?;
    let options = PlotOptions { title: Some("Hit ratio by cache size".to_owned()), ..PlotOptions::default() };
    let drawing = report::draw("hit-ratio-curve", &Input { rows: &rows, ..Input::default() }, &options)?;
    for name in PICTURES {
        folder.write(name, &picture(Path::new(name), &drawing)?)?;
    }
    let scenarios = run_scenarios(&folder, args.threads)?;
    folder.finish()?;
    if !args.quiet {
        let place = args.output.display();
        say(&format!("wrote {place}/{CSV} ({} rows)", rows.len()));
        say(&format!("wrote {place}/{SCENARIOS} ({scenarios} rows), and a picture of each scenario"));
        say(&format!("open {place}/{} or {place}/{} to see the curves", PICTURES[0], PICTURES[1]));
        say("then try your own: evictlab run --trace FILE --policy lru,sieve --capacity 1%,10%");
        say("or another scenario: evictlab scenario list");
    }
    Ok(Finish::Done)
}

/// Runs the scenarios and draws the figure of each; answers with the number of rows.
fn run_scenarios(folder: &Folder, threads: Option<usize>) -> Result<usize> {
    let pool = pool(threads)?;
    let mut all = ScenarioTables::default();
    for name in SHOWN {
        let scenario = preset(name)?;
        let configurations = scenario.configurations()?;
        let ran: Result<Vec<ScenarioOutcome>> =
            pool.install(|| configurations.par_iter().map(|configuration| run(configuration, None)).collect());
        let tables: ScenarioTables = ran?.into_iter().collect();
        let ScenarioTables { rows: scenarios, series, latencies, .. } = &tables;
        let input = Input { scenarios, series, latencies, ..Input::default() };
        let figure = scenario.figure.as_deref().unwrap_or("defences");
        let drawing = report::draw(figure, &input, &PlotOptions::default())?;
        for ending in ["svg", "png"] {
            let file = format!("{name}.{ending}");
            folder.write(&file, &picture(Path::new(&file), &drawing)?)?;
        }
        all.extend(tables);
    }
    folder.write(SCENARIOS, &encoded(|out| write_scenarios(&all.rows, Format::Csv, out))?)?;
    Ok(all.rows.len())
}

fn replay_all(output: &OutputArgs, threads: Option<usize>) -> Result<Vec<Row>> {
    let (specs, capacities) = (registry::parse_list(POLICIES)?, parse_capacities(CAPACITIES)?);
    let pool = pool(threads)?;
    let mut traces: Vec<Trace> = Vec::new();
    for bundled in BUNDLED {
        traces.push(bundled.load(Columns::IDS)?);
    }
    for (name, spec) in WORKLOADS {
        let mut trace =
            workload::generate(spec, Options::default().seed, Columns { ttls: true, times: true, ..Columns::IDS })?;
        name.clone_into(&mut trace.name);
        traces.push(trace);
    }
    let requests: u64 = traces.iter().map(|trace| trace.requests() as u64).sum();
    let work = requests * (specs.len() * capacities.len()) as u64;
    if !output.quiet {
        let (policies, sizes) = (specs.len(), capacities.len());
        say(&format!(
            "replaying {} traces through {policies} policies at {sizes} sizes: {} requests",
            traces.len(),
            show_count(work)
        ));
    }
    let bar = progress::bar(output, work, "replaying", "requests");
    let mut rows = Vec::new();
    for trace in &traces {
        let options =
            Options { expiry: Expiry { on: trace.ttls.is_some(), ..Expiry::default() }, ..Options::default() };
        let mut replayer = Replayer::new(trace, &options)?;
        let cells = replayer.cells(&specs, &capacities)?;
        rows.extend(
            pool.install(|| replayer.run(&cells, &|done| bar.inc(done))).into_iter().map(|outcome| outcome.row),
        );
    }
    bar.finish_and_clear();
    Ok(rows)
}

/// A folder that is replaced whole: filled beside its place, then moved there.
struct Folder {
    place: PathBuf,
    temporary: tempfile::TempDir,
}

impl Folder {
    fn new(place: &Path) -> Result<Self> {
        let failed = |e: std::io::Error| {
            let hint = "run the demo in a folder that you may write to, or name one: --output FOLDER";
            Error::failure(format!("cannot write to {}: {}", place.display(), e.kind())).hint(hint)
        };
        if place.exists() && !holds_only_a_demo(place) {
            return Err(Error::usage(format!("{} exists and holds other things than a demo", place.display()))
                .hint("name a folder that does not exist yet: --output FOLDER"));
        }
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        readable(builder.prefix(".demo-"), 0o777);
        let temporary = builder.tempdir_in(parent).map_err(failed)?;
        Ok(Self { place: place.to_owned(), temporary })
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.temporary.path().join(name);
        std::fs::write(&path, content).map_err(|e| Error::failure(format!("cannot write {name}: {e}")))
    }

    fn finish(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::failure(format!("cannot replace {}: {e}", self.place.display()));
        if self.place.exists() {
            std::fs::remove_dir_all(&self.place).map_err(failed)?;
        }
        let made = self.temporary.keep();
        std::fs::rename(&made, &self.place).map_err(failed)
    }
}

/// Is it a folder with nothing in it but what the demo writes? Anything else is somebody's, and is not replaced.
fn holds_only_a_demo(folder: &Path) -> bool {
    let ours = |name: &std::ffi::OsStr| {
        let pictures = SHOWN.iter().flat_map(|shown| ["svg", "png"].map(|ending| format!("{shown}.{ending}")));
        name == CSV
            || name == SCENARIOS
            || PICTURES.iter().any(|p| name == *p)
            || pictures.into_iter().any(|p| *name == *p)
    };
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.all(|e| e.is_ok_and(|e| ours(&e.file_name()))))
}
