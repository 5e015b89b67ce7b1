//! The plan: every cell of a sweep, in one order, each with a key.

use super::spec::{Input, Spec};
use super::timed::TimedCell;
use crate::core::{Error, Result, hash};
use crate::record::{Row, SCHEMA};
use crate::replay::{Capacity, Settings, Source};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// What a cell is, in 64 bits: the hash of everything that its result depends on, as written in the spec. It does not
/// depend on the place of the spec, of the trace or of the cell in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let key = if digits { u64::from_str_radix(text, 16).ok() } else { None };
        key.map(Key).ok_or_else(|| {
            Error::usage(format!("'{text}' is not the key of a cell"))
                .hint("a key has 16 hexadecimal digits: evictlab sweep plan SPEC --format csv lists them")
        })
    }
}

/// Cells that are replayed over one trace in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Index of the input.
    pub input: usize,
    /// Seed of the workload and of the policies.
    pub seed: u64,
    /// Index of the settings.
    pub settings: usize,
}

/// A cell: indexes into the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Its key.
    pub key: Key,
    /// Index of its group.
    pub group: u32,
    /// Index of its policy.
    pub policy: u32,
    /// Index into the capacities of its input.
    pub capacity: u32,
    /// Which repetition, from 0.
    pub repetition: u32,
}

/// All cells of a spec.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it was made of.
    pub spec: Spec,
    /// In order: inputs, then seeds, then settings.
    pub groups: Vec<Group>,
    /// Group by group: policies, then capacities, then repetitions. The configurations of scenarios (`spec.timed`) follow
    /// them where cells are counted.
    pub cells: Vec<Cell>,
    /// Cells left out by exclusions.
    pub excluded: usize,
    /// What the user may want to know.
    pub notes: Vec<String>,
    /// Parameters of workloads that are called like one of a policy.
    ambiguous: HashSet<String>,
}

/// What exclusions may ask of a cell.
pub(super) struct Facts<'a> {
    spec: &'a Spec,
    group: &'a Group,
    cell: &'a Cell,
}

impl<'a> Facts<'a> {
    pub(super) fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        let input = &self.spec.inputs[self.group.input];
        let policy = &self.spec.policies[self.cell.policy as usize];
        let settings = &self.spec.settings[self.group.settings];
        Some(match key {
            "trace" => Cow::from(input.name.as_str()),
            "dataset" => Cow::from(input.dataset.as_str()),
            "policy" => Cow::from(policy.spec.unit.entry.info.name),
            "admission" => Cow::from(settings.admission.canonical.as_str()),
            "prefetch" => Cow::from(settings.prefetch.canonical.as_str()),
            "capacity" => Cow::from(self.spec.capacities_of(input)[self.cell.capacity as usize].given.as_str()),
            "seed" => Cow::from(self.group.seed.to_string()),
            "repetition" => Cow::from(self.cell.repetition.to_string()),
            name => {
                let pairs = policy.spec.canonical.split(';').filter_map(|pair| pair.split_once('='));
                let own = pairs.filter(|(k, _)| *k == name).map(|(_, v)| v).next();
                let workload = || input.parameters.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
                Cow::from(own.or_else(workload)?)
            }
        })
    }
}

impl Spec {
    /// The capacities at which an input is replayed.
    pub fn capacities_of<'a>(&'a self, input: &'a Input) -> &'a [Capacity] {
        input.capacities.as_deref().unwrap_or(&self.capacities)
    }
}

impl Plan {
    /// Expands a spec.
    ///
    /// # Errors
    /// Nothing is left after the exclusions, or the sweep has more than 2^32 cells.
    pub fn new(spec: Spec) -> Result<Self> {
        few_enough(&spec)?;
        let mut plan = Self {
            groups: groups(&spec),
            cells: Vec::new(),
            excluded: 0,
            notes: notes(&spec),
            ambiguous: ambiguous(&spec),
            spec,
        };
        let mut used = vec![false; plan.spec.exclusions.len()];
        let mut text = String::new();
        for (index, group) in plan.groups.iter().enumerate() {
            let input = &plan.spec.inputs[group.input];
            let head = head(input, group, &plan.settings(group));
            for (policy, entry) in plan.spec.policies.iter().enumerate() {
                for (capacity, size) in plan.spec.capacities_of(input).iter().enumerate() {
                    for repetition in 0..plan.spec.repetitions {
                        text.clear();
                        let (name, params) = (entry.spec.unit.entry.info.name, &entry.spec.canonical);
                        let given = &size.given;
                        let exact = size.exact();
                        let _ = write!(
                            text,
                            "{head} policy={name} {params} capacity={given}={exact} repetition={repetition}"
                        );
                        let key = Key(hash::bytes(text.as_bytes()));
                        let (policy, capacity) = (policy as u32, capacity as u32);
                        let cell = Cell { key, group: index as u32, policy, capacity, repetition };
                        let facts = Facts { spec: &plan.spec, group, cell: &cell };
                        let out = plan.spec.exclusions.iter().enumerate().filter(|(_, e)| e.matches(&facts));
                        let out: Vec<usize> = out.map(|(i, _)| i).collect();
                        for &i in &out {
                            used[i] = true;
                        }
                        if out.is_empty() {
                            plan.cells.push(cell);
                        } else {
                            plan.excluded += 1;
                        }
                    }
                }
            }
        }
        let mut keys = HashSet::with_capacity(plan.len());
        if let Some(twice) = plan.cells.iter().find(|cell| !keys.insert(cell.key)) {
            let (policy, trace) = (plan.policy(twice), &plan.input(plan.group(twice)).name);
            return Err(Error::usage(format!("a cell stands twice in the plan: {policy} on {trace}"))
                .hint("something in the spec is named twice in two ways"));
        }
        if let Some(twice) = plan.spec.timed.iter().find(|cell| !keys.insert(cell.key)) {
            return Err(Error::usage(format!("a cell stands twice in the plan: {}", twice.name()))
                .hint("two [[scenario]] tables have a configuration in common; shorten one of their lists"));
        }
        if plan.is_empty() {
            return Err(Error::usage("the exclusions leave no cell").hint("remove one of the [[exclude]]"));
        }
        plan.suited()?;
        let unused = used.iter().filter(|used| !**used).count();
        if unused > 0 {
            plan.notes.push(format!("{unused} of the [[exclude]] leave out nothing"));
        }
        Ok(plan)
    }

    /// Do the policies of the cells go with what stands in front of them and beside them?
    fn suited(&self) -> Result<()> {
        let mut seen = HashSet::new();
        for cell in &self.cells {
            let settings = self.group(cell).settings;
            if seen.insert((settings, cell.policy)) {
                let policy = &self.spec.policies[cell.policy as usize].spec;
                let what = "leave such cells out: an [[exclude]] takes policy, admission and prefetch";
                self.spec.settings[settings].suits(policy).map_err(|e| e.hint(what))?;
            }
        }
        Ok(())
    }

    /// Where each key is in the plan.
    pub fn index(&self) -> HashMap<Key, usize> {
        (0..self.len()).map(|index| (self.key(index), index)).collect()
    }

    /// Cells, the configurations of scenarios among them.
    pub fn len(&self) -> usize {
        self.cells.len() + self.spec.timed.len()
    }

    /// Is there no cell?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The configuration of a scenario that cell `index` is, if it is one.
    pub fn timed(&self, index: usize) -> Option<&TimedCell> {
        index.checked_sub(self.cells.len()).and_then(|index| self.spec.timed.get(index))
    }

    /// The key of cell `index`.
    pub fn key(&self, index: usize) -> Key {
        self.timed(index).map_or_else(|| self.cells[index].key, |timed| timed.key)
    }

    /// The group of a cell.
    pub fn group(&self, cell: &Cell) -> &Group {
        &self.groups[cell.group as usize]
    }

    /// The input of a group.
    pub fn input(&self, group: &Group) -> &Input {
        &self.spec.inputs[group.input]
    }

    /// The settings under which a group is replayed, those of its input included.
    pub fn settings(&self, group: &Group) -> Settings {
        let input = self.input(group);
        let mut settings = self.spec.settings[group.settings].clone();
        settings.selection.format.clone_from(&input.format);
        settings.selection.filter = input.filter.clone();
        settings
    }

    /// The name of a cell's policy.
    pub fn policy(&self, cell: &Cell) -> &'static str {
        self.spec.policies[cell.policy as usize].spec.unit.entry.info.name
    }

    /// The capacity of a cell.
    pub fn capacity(&self, cell: &Cell) -> &Capacity {
        &self.spec.capacities_of(self.input(self.group(cell)))[cell.capacity as usize]
    }

    /// A cell's row before its trace is read.
    pub fn row(&self, cell: &Cell) -> Row {
        let group = self.group(cell);
        let settings = self.settings(group);
        let spec = &self.spec.policies[cell.policy as usize].spec;
        let mut row = Row {
            trace: self.input(group).name.clone(),
            seed: group.seed,
            repetition: cell.repetition,
            ..settings.given().row(spec, &self.capacity(cell).given, settings.bytes)
        };
        self.label(cell, &mut row);
        row
    }

    /// Fills in what the plan knows of a cell's row: key, dataset, varied parameters.
    pub fn label(&self, cell: &Cell, row: &mut Row) {
        let input = self.input(self.group(cell));
        row.cell = cell.key.to_string();
        row.dataset.clone_from(&input.dataset);
        row.parameters.clone_from(&self.spec.policies[cell.policy as usize].parameters);
        for (name, value) in &input.parameters {
            let name = if self.ambiguous.contains(name) { format!("trace_{name}") } else { name.clone() };
            row.parameters.push((name, value.clone()));
        }
        // What has no column would leave two different cells alike.
        let settings = &self.spec.settings;
        let own = settings[self.group(cell).settings].without_column();
        for (i, (name, value, _)) in own.into_iter().enumerate() {
            if settings.iter().any(|other| !other.without_column()[i].2) {
                row.parameters.push((name.to_owned(), value));
            }
        }
    }

    /// What the plan is, as 16 hexadecimal digits: equal for two specs that have the same cells in the same order under
    /// the same labels, however they are written.
    pub fn id(&self) -> String {
        let mut text = format!("schema={SCHEMA}");
        for index in 0..self.len() {
            let _ = write!(text, " {}", self.key(index));
        }
        for cell in &self.spec.timed {
            let _ = write!(text, " {:?}", cell.configuration.parameters);
        }
        for input in &self.spec.inputs {
            let _ = write!(text, " {} {} {:?}", input.name, input.dataset, input.parameters);
        }
        for entry in &self.spec.policies {
            let _ = write!(text, " {:?}", entry.parameters);
        }
        format!("{:016x}", hash::bytes(text.as_bytes()))
    }

    /// The indexes of the cells of shard `i` of `n` (`i` from 1), by key.
    pub fn shard(&self, i: u32, n: u32) -> Vec<usize> {
        let mine = |key: Key| hash::mix(key.0) % u64::from(n.max(1)) == u64::from(i.saturating_sub(1));
        (0..self.len()).filter(|&index| mine(self.key(index))).collect()
    }
}

/// More cells than this do not fit into memory with their results, and take years.
const MOST_CELLS: u128 = 50_000_000;

/// Is the number of cells one that anybody means?
fn few_enough(spec: &Spec) -> Result<()> {
    let capacities: u128 = spec.inputs.iter().map(|input| spec.capacities_of(input).len() as u128).sum();
    let rest = [spec.policies.len(), spec.seeds.len(), spec.settings.len(), spec.repetitions as usize];
    let cells = rest.iter().fold(capacities, |product, &n| product.saturating_mul(n as u128));
    if cells <= MOST_CELLS {
        return Ok(());
    }
    let [policies, seeds, settings, repetitions] = rest;
    let what = format!(
        "a sweep of {cells} cells: {capacities} capacities over all traces x {policies} policies x {seeds} seeds x \
         {settings} settings x {repetitions} repetitions"
    );
    Err(Error::usage(what).hint(format!("more than {MOST_CELLS} is refused; shorten a list or split the spec")))
}

/// Varied parameters that a policy and a workload both have.
fn ambiguous(spec: &Spec) -> HashSet<String> {
    let of_policies: HashSet<&str> =
        spec.policies.iter().flat_map(|entry| &entry.parameters).map(|(name, _)| name.as_str()).collect();
    let of_inputs = spec.inputs.iter().flat_map(|input| &input.parameters).map(|(name, _)| name);
    of_inputs.filter(|name| of_policies.contains(name.as_str())).cloned().collect()
}

/// Everything that the results of a group's cells depend on, but policy, capacity and repetition.
fn head(input: &Input, group: &Group, settings: &Settings) -> String {
    let made = match &input.source {
        Source::Workload(spec) if *spec != input.name => format!(" workload={spec}"),
        _ => String::new(),
    };
    format!("schema={SCHEMA} trace={}{made} seed={} {}", input.name, group.seed, settings.canonical())
}

fn groups(spec: &Spec) -> Vec<Group> {
    let mut groups = Vec::new();
    for input in 0..spec.inputs.len() {
        for &seed in &spec.seeds {
            groups.extend((0..spec.settings.len()).map(|settings| Group { input, seed, settings }));
        }
    }
    groups
}

fn notes(spec: &Spec) -> Vec<String> {
    let mut notes = Vec::new();
    let same = spec.policies.iter().filter(|entry| !entry.spec.unit.entry.info.needs.chance).count();
    if spec.repetitions > 1 && same > 0 {
        notes.push(format!(
            "repetitions redo the random choices of policies; {same} of the policies make none, and their repetitions are \
             equal (several seeds draw workloads anew: seed = [1, 2, 3])"
        ));
    }
    let recorded = spec.inputs.iter().filter(|input| !matches!(input.source, Source::Workload(_))).count();
    if spec.seeds.len() > 1 && recorded > 0 {
        notes.push(format!("{recorded} of the traces are recorded: another seed changes nothing in them"));
    }
    notes
}
