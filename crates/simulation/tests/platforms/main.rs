//! What the simulated platforms do to whoever talks to them, over real connections.

mod acts;
mod crowd;
mod events;
mod faults;
mod files;
mod kinds;
mod receiver;
mod sending;
mod shapes;
mod state_file;
mod templates;
mod town;
mod webhooks;
