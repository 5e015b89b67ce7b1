//! A policy as the registry knows it: what it says about itself, and how to build it.

use super::config::Config;
use super::pass::SharedPass;
use super::sim::{Replay, Sim};
use crate::core::Result;
use crate::policy::{Build, Checked, Info, Params, Policy, Setup, canonical, default_pairs};

/// Builds a cache: policy name for messages, parameters, setup, configuration.
type BuildReplay = fn(&str, &Params, &Setup, &Config) -> Result<Box<dyn Replay>>;
/// Builds a policy: its name for messages, parameters, setup.
type BuildPolicy = fn(&str, &Params, &Setup) -> Result<Box<dyn Policy>>;

/// A registered policy. Its functions are generated for the policy's type, so that the replay loop is compiled for it.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// What the policy says about itself.
    pub info: Info,
    defaults: fn() -> Vec<(String, String)>,
    canonical: fn(&str, &Params) -> Result<String>,
    policy: BuildPolicy,
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
            info,
            defaults: default_pairs::<P::Params>,
            canonical: |name, params| Ok(canonical(&params.resolve::<P::Params>(name)?)),
            policy: |name, params, setup| Ok(Box::new(P::build(&params.resolve(name)?, setup)?)),
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

    /// Parameter names with their default values, in order of declaration.
    pub fn defaults(&self) -> Vec<(String, String)> {
        (self.defaults)()
    }

    /// All parameters with these values given, as `k=v;k=v` sorted by name.
    ///
    /// # Errors
    /// An unknown name or a value of the wrong type.
    pub fn canonical(&self, params: &Params) -> Result<String> {
        (self.canonical)(self.info.name, params)
    }

    /// The policy alone.
    ///
    /// # Errors
    /// An unknown parameter, or one out of its range.
    pub fn policy(&self, params: &Params, setup: &Setup) -> Result<Box<dyn Policy>> {
        (self.policy)(self.info.name, params, setup)
    }

    /// A cache with the policy, ready to be fed; supervised where `config.strict` says so.
    ///
    /// # Errors
    /// An unknown parameter, or one out of its range.
    pub fn replay(&self, params: &Params, setup: &Setup, config: &Config) -> Result<Box<dyn Replay>> {
        if config.strict {
            let policy = Checked::new(self.policy(params, setup)?, setup.objects);
            return Ok(Box::new(Sim::new(policy, setup.objects, *config)));
        }
        (self.replay)(self.info.name, params, setup, config)
    }
}
