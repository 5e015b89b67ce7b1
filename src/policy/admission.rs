//! Admission: which of the objects that were missed come in at all.

use super::{Cx, Info, Params, Setup, canonical, default_pairs};
use crate::core::{ObjId, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// A filter in front of any eviction policy.
///
/// The engine tells it of every request, and asks at every miss whether the object comes in. It keeps its own memory of
/// objects; what is resident, and who leaves, is the policy's business.
pub trait Admission: Debug + Send {
    /// A request, hit or miss, before anything comes of it.
    fn request(&mut self, _cx: &Cx<'_>, _id: ObjId) {}

    /// Does the missed object come in? `victim` is the object that would have to leave first, if any has to and the policy
    /// knows which.
    fn admits(&mut self, cx: &Cx<'_>, id: ObjId, victim: Option<ObjId>) -> bool;
}

/// An admission that can be built from parameters.
pub trait BuildAdmission: Admission + Sized + 'static {
    /// Its parameters; `Default` gives the source's values.
    type Params: Serialize + DeserializeOwned + Default;

    /// Builds it.
    ///
    /// # Errors
    /// A parameter out of its range.
    fn build(params: &Self::Params, setup: &Setup) -> Result<Self>;
}

/// Builds an admission: its name for messages, parameters, setup.
type BuildGate = fn(&str, &Params, &Setup) -> Result<Box<dyn Admission>>;

/// A registered admission.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// What it says about itself.
    pub info: Info,
    defaults: fn() -> Vec<(String, String)>,
    canonical: fn(&str, &Params) -> Result<String>,
    build: BuildGate,
}

impl Gate {
    /// The gate of admission `A`.
    pub const fn new<A: BuildAdmission>(info: Info) -> Self {
        Self {
            info,
            defaults: default_pairs::<A::Params>,
            canonical: |name, params| Ok(canonical(&params.resolve::<A::Params>(name)?)),
            build: |name, params, setup| Ok(Box::new(A::build(&params.resolve(name)?, setup)?)),
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

    /// The admission.
    ///
    /// # Errors
    /// An unknown parameter, or one out of its range.
    pub fn build(&self, params: &Params, setup: &Setup) -> Result<Box<dyn Admission>> {
        (self.build)(self.info.name, params, setup)
    }
}
