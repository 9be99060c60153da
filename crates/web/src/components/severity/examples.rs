//! How bad something can be.

use domain::channels::Severity as HowBad;

use super::Severity;
use crate::words::Words;

pub(crate) fn all(w: Words) -> Vec<Severity> {
    HowBad::ALL.iter().map(|severity| Severity::of(w, *severity)).collect()
}
