//! Made-up municipalities with a fixed seed, and the platforms' side of the talk.

pub mod figures;
pub mod platforms;
pub mod residents;
pub mod town;
pub mod world;
