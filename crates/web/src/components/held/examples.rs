//! Everything that a message can hold, and as somebody might fill it in to do harm.

use domain::messages::{
    Choice, ContactCard, Coordinates, Extra, FilledTemplate, Form, Forwarded, GeoPlace, Labelled, Options,
    Order, OrderItem, Product, Referral, Trouble,
};

use super::Held;
use crate::words::Words;

pub(crate) fn all(w: Words) -> Vec<Held> {
    let evil = "<script>alert(1)</script><img src=x onerror=\"alert(1)\"> javascript:alert(1)\" \u{202e}";
    let some = |text: &str| Some(text.to_owned());
    let choice = Choice {
        id: "do".to_owned(),
        title: "Donderdag".to_owned(),
        description: some("9 tot 12 uur"),
    };
    let place = GeoPlace {
        at: Coordinates::from_degrees(52.011_6, 4.357_1),
        name: some("Kerkplein"),
        address: some("Kerkplein 1, Zwanendam"),
        url: some("https://kaart.example/1"),
        live: true,
    };
    let card = ContactCard {
        name: "Fenna de Boer".to_owned(),
        organisation: some("Buurthuis"),
        phones: vec![Labelled { value: "010 000 00 00".to_owned(), label: some("WORK") }],
        ..ContactCard::default()
    };
    let item = |price: Option<&str>| OrderItem {
        product: "Milieupas".to_owned(),
        quantity: "2".to_owned(),
        price: price.map(str::to_owned),
        currency: some("EUR"),
    };
    let hostile = ContactCard {
        name: evil.to_owned(),
        urls: vec![Labelled { value: evil.to_owned(), label: some(evil) }],
        ..ContactCard::default()
    };
    let extras = [
        Extra::Place(place.clone()),
        Extra::Place(GeoPlace { at: None, ..place }),
        Extra::Contact(card),
        Extra::Contact(ContactCard::default()),
        Extra::Contact(hostile),
        Extra::Choice(choice.clone()),
        Extra::Form(Form {
            name: some("flow"),
            fields: vec![("straat".to_owned(), "Kerkstraat".to_owned())],
        }),
        Extra::Form(Form::default()),
        Extra::Order(Order { catalogue: None, items: vec![item(Some("10")), item(None)] }),
        Extra::Referral(Referral { headline: some("Afval in Zwanendam"), ..Referral::default() }),
        Extra::Forwarded(Forwarded { often: true }),
        Extra::Forwarded(Forwarded { often: false }),
        Extra::Product(Product { catalogue: None, id: "pas-1".to_owned() }),
        Extra::Trouble(Trouble { code: Some(131_051), reason: evil.to_owned() }),
        Extra::Options(Options { opener: some("Kies een dag"), choices: vec![choice] }),
        Extra::Template(FilledTemplate {
            name: "afspraak".to_owned(),
            language: "nl".to_owned(),
            parameters: vec!["donderdag".to_owned()],
            ..FilledTemplate::default()
        }),
    ];
    Held::all_of(w, &extras)
}
