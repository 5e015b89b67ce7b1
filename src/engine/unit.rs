//! A policy as the registry knows it: what it says about itself, and how to build it.

use super::config::Config;
use super::pass::SharedPass;
use super::sim::{Replay, Sim};
use crate::core::Result;
use crate::policy::{Build, Checked, Entry, Info, Params, Policy, Setup};

/// Builds a cache: policy name for messages, parameters, setup, configuration.
type BuildReplay = fn(&str, &Params, &Setup, &Config) -> Result<Box<dyn Replay>>;

/// A registered policy. Its functions are generated for the policy's type, so that the replay loop is compiled for it.
#[derive(Debug)]
pub struct Unit {
    /// What it says about itself, and how to build it alone.
    pub entry: Entry<dyn Policy>,
    replay: BuildReplay,
    /// How cells of several capacities share a pass, if they can.
    pub shared_pass: Option<SharedPass>,
    /// Does `all` leave it out, since it is a thousand times slower than the others?
    pub on_request: bool,
}

impl Unit {
    /// The unit of policy `P`.
    pub const fn new<P: Policy + Build>(info: Info) -> Self {
        Self {
            entry: Entry::policy::<P>(info),
            replay: |name, params, setup, config| {
                let policy = P::build(&params.resolve(name)?, setup)?;
                // For tests one loop serves all policies, by calls through a pointer: compiling it for each takes minutes.
                #[cfg(debug_assertions)]
                let policy: Box<dyn Policy> = Box::new(policy);
                Ok(Box::new(Sim::new(policy, setup.objects, *config)))
            },
            shared_pass: None,
            on_request: false,
        }
    }

    /// The unit, with a way to share a pass.
    #[must_use]
    pub const fn sharing(mut self, pass: SharedPass) -> Self {
        self.shared_pass = Some(pass);
        self
    }

    /// The unit, left out of `all`.
    #[must_use]
    pub const fn on_request(mut self) -> Self {
        self.on_request = true;
        self
    }

    /// A cache with the policy, ready to be fed; supervised where `config.strict` says so.
    ///
    /// # Errors
    /// An unknown parameter, or one out of its range.
    pub fn replay(&self, params: &Params, setup: &Setup, config: &Config) -> Result<Box<dyn Replay>> {
        if config.strict {
            let policy = Checked::new(self.entry.build(params, setup)?, setup.objects);
            return Ok(Box::new(Sim::new(policy, setup.objects, *config)));
        }
        (self.replay)(self.entry.info.name, params, setup, config)
    }
}
