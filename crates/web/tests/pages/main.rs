//! The pages as a browser meets them: requests in, HTML out. Each address in a file that mirrors it; what holds for
//! every address stands in `everywhere/`.

mod administration;
mod attachments;
mod channels;
mod conversations;
mod everywhere;
mod language;
mod live;
mod login;
mod login_code;
mod manual;
mod password;
mod profile;
mod search;
mod site;

use std::sync::Arc;

use domain::channels::Connectors;

/// Which connectors take part in these tests: all that the release has.
fn connectors() -> Arc<dyn Connectors> {
    Arc::new(connectors::registry::Registry::standard())
}
