//! What the fuzz targets begin with, and what they found: asked again at every change. `fuzz/README.md` says how more is
//! looked for.

use domain::channels::{ChannelName, Connectors};

use crate::corpus::corpus;
use crate::support::{all, registry};
use crate::{delivery, signed_request};

#[test]
fn every_delivery_that_was_made_up_or_found_is_read_as_it_must_be() {
    for connector in all() {
        for (name, body) in corpus(&format!("{}_webhook", connector.channel())) {
            println!("{} {name}", connector.channel());
            delivery::holds(connector, &body);
        }
    }
}

#[test]
fn only_what_is_signed_is_believed() {
    let whatsapp = ChannelName::new("whatsapp").expect("a valid name");
    let connector = registry().get(&whatsapp).expect("WhatsApp is there");
    for (name, request) in corpus("signature") {
        println!("{name}");
        signed_request::holds(connector, &request);
    }
}
