//! Any request to the webhook of one of Meta's platforms: who is believed?
#![no_main]

#[path = "../properties/signed_request.rs"]
mod signed_request;

use connectors::channels::whatsapp::WhatsApp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: &[u8]| signed_request::holds(&WhatsApp, request));
