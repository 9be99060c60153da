//! What the simulated platforms do to whoever talks to them, over real connections.

mod crowd;
mod faults;
mod receiver;
mod sending;
mod state_file;
mod town;
mod webhooks;
