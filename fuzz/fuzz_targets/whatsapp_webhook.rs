//! Any bytes as a delivery of WhatsApp.
#![no_main]

#[path = "../properties/delivery.rs"]
mod delivery;

use connectors::channels::whatsapp::WhatsApp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| delivery::holds(&WhatsApp, body));
