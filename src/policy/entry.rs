//! What can be built from parameters, and what the registry knows of it.

use super::{Info, Params, Policy, Setup, canonical, default_pairs};
use crate::core::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// What can be built from parameters: a policy, an admission, a prefetcher.
pub trait Build: Sized + 'static {
    /// Its parameters; `Default` gives the source's values.
    type Params: Serialize + DeserializeOwned + Default;

    /// Builds it.
    ///
    /// # Errors
    /// A parameter out of its range.
    fn build(params: &Self::Params, setup: &Setup) -> Result<Self>;
}

/// Builds a `T`: its name for messages, parameters, setup.
type BuildBoxed<T> = fn(&str, &Params, &Setup) -> Result<Box<T>>;

/// What the registry knows of an implementation of `T`: what it says about itself, and how to build it.
pub struct Entry<T: ?Sized> {
    /// What it says about itself.
    pub info: Info,
    defaults: fn() -> Vec<(String, String)>,
    canonical: fn(&str, &Params) -> Result<String>,
    build: BuildBoxed<T>,
}

impl<T: ?Sized> Entry<T> {
    /// The entry of `B`, which `build` makes a `T`.
    pub(super) const fn of<B: Build>(info: Info, build: BuildBoxed<T>) -> Self {
        Self {
            info,
            defaults: default_pairs::<B::Params>,
            canonical: |name, params| Ok(canonical(&params.resolve::<B::Params>(name)?)),
            build,
        }
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

    /// Builds it.
    ///
    /// # Errors
    /// An unknown parameter, or one out of its range.
    pub fn build(&self, params: &Params, setup: &Setup) -> Result<Box<T>> {
        (self.build)(self.info.name, params, setup)
    }
}

// By hand, since `T` itself need not be shown.
impl<T: ?Sized> fmt::Debug for Entry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Entry<dyn Policy> {
    /// The entry of policy `P`.
    pub const fn policy<P: Policy + Build>(info: Info) -> Self {
        Self::of::<P>(info, |name, params, setup| Ok(Box::new(P::build(&params.resolve(name)?, setup)?)))
    }
}
