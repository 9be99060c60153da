//! A link that is shown once, where no mail is sent.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::UserId;
use usecases::access::LinkPurpose;

use super::address;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/administration/people/link.html")]
struct LinkPage {
    shell: Shell,
    w: Words,
    text: String,
    until: &'static str,
    link: String,
    next: String,
}

/// The page with the link; it is the answer to a form, and no address leads to it.
pub(super) fn shown(
    visit: &Visit,
    (id, name): (UserId, &str),
    purpose: LinkPurpose,
    token: &str,
) -> Response {
    let w = visit.words;
    page(
        StatusCode::OK,
        &LinkPage {
            shell: Shell::around(w, w.link_title(), &visit.user, "/beheer/gebruikers"),
            w,
            text: w.link_text(name),
            until: match purpose {
                LinkPurpose::Invitation => w.link_until_invite(),
                LinkPurpose::Reset => w.link_until_reset(),
            },
            link: format!("{}/wachtwoord/{token}", visit.origin),
            next: address(id, ""),
        },
    )
}
