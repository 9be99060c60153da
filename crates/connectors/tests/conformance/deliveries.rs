//! What the platforms tell us.

use domain::channels::Item;

use crate::readable;
use crate::support::{all, fixtures, folder, raw, snapshot};

#[test]
fn what_the_platform_sent_is_understood() {
    for connector in all() {
        let fixtures_folder = folder(connector).join("fixtures");
        for (name, body) in fixtures(&fixtures_folder) {
            let mut understood = String::new();
            for part in connector.split(&body).expect("a fixture is a delivery") {
                let items = connector.parse(&raw(&part.body)).expect("a fixture can be read");
                let whom = match (&part.native_id, &part.business_id) {
                    (Some(account), _) => account.clone(),
                    (None, Some(business)) => format!("all accounts of {business}"),
                    (None, None) => "the address it came to".to_owned(),
                };
                understood += &format!("for {whom}\n{}", readable::items(&items));
            }
            snapshot(&fixtures_folder, &name, &understood);
        }
    }
}

#[test]
fn the_same_event_twice_gives_the_same_items_in_the_same_places() {
    for connector in all() {
        for (name, body) in fixtures(&folder(connector).join("fixtures")) {
            let whole = connector.parse(&raw(&body)).expect("a fixture can be read");
            assert_eq!(connector.parse(&raw(&body)), Ok(whole.clone()), "{name}");
            let parts = connector.split(&body).expect("a fixture is a delivery");
            assert_eq!(connector.split(&body).as_ref(), Ok(&parts), "{name}");
            let of_parts: Vec<Item> = parts
                .iter()
                .flat_map(|part| connector.parse(&raw(&part.body)).expect("a part can be read"))
                .collect();
            // What is divided among accounts is all of it, and nothing twice.
            assert_eq!(sorted(&whole), sorted(&of_parts), "{name}");
            for part in &parts {
                assert_eq!(
                    connector.split(&part.body),
                    Ok(vec![part.clone()]),
                    "{name}: a part is divided again"
                );
            }
            whole
                .iter()
                .zip(0_u32..)
                .for_each(|(item, index)| assert_eq!(item.index, index, "{name}"));
        }
    }
}

fn sorted(items: &[Item]) -> Vec<String> {
    let mut found: Vec<String> = items.iter().map(|item| format!("{:?}", item.what)).collect();
    found.sort();
    found
}
