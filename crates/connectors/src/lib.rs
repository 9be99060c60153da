//! Translators between platforms and our words: bytes in, values out.
//!
//! A connector does no input or output, keeps nothing, and refuses to know our tables, users and pages. Everything that
//! several platforms do in the same way (a signature, a handshake, a strict reading of JSON) stands beside the
//! `channels` folder under its own name; everything that one platform does stands in that platform's folder.
//!
//! To add a channel: a folder in `channels/` with the six files that the others have, its line in `channels/mod.rs` and
//! in [`registry`], a changelog fragment, and the platform's own side in `simulation`. The conformance test finds it
//! through the registry and says what is missing.

pub mod channels;
mod handshake;
mod json;
mod lenient;
pub mod registry;
mod retry_after;
mod signature;
mod text;

pub use registry::Registry;
