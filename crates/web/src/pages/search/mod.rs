//! `/zoeken`: conversations by what is said in them.

mod show;

pub(crate) use show::show;
