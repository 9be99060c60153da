//! Every address of the pages, with what somebody needs to get through. The router is built from this table, so that
//! an address without a line does not exist, and the register (`gehoor routes --json`) cannot differ from it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use domain::access::Permission::{
    Claim, Close, ManageSettings, ManageTexts, Note, ReadAudit, ReadChannelHealth, ReadConversations,
    ReadRawEvents, ReplayRawEvents, Reply, ResolveUnknown,
};
use domain::access::{Needs, Route};

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::errors::{Trouble, dress};
use crate::pages::{
    administration, attachments, channels, conversations, home, keys, language, login, login_code, manual,
    password, profile, search, theme,
};
use crate::requests::{BODY_BYTES, UPLOAD_BYTES, add_headers, check_origin, guard};
use crate::{WebState, assets, live};

/// A line of the table.
struct Line {
    route: Route,
    page: MethodRouter<WebState>,
}

fn look(path: &'static str, needs: Needs, page: MethodRouter<WebState>) -> Line {
    Line { route: Route { method: "GET", path, needs }, page }
}

fn change(path: &'static str, needs: Needs, page: MethodRouter<WebState>) -> Line {
    Line { route: Route { method: "POST", path, needs }, page }
}

/// One alphabetical line each.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table of one line per address, to be read as one")]
fn table() -> Vec<Line> {
    use administration::{people, texts};
    use Needs::{Nothing, OwnLogIn, Permission, Session};
    vec![
        look("/", Session, get(home::show)),
        look("/assets/{file}", Nothing, get(assets::show).layer(pressed())),
        look("/beheer/controlelog", Permission(ReadAudit), get(administration::audit::show)),
        look("/beheer/gebruikers", Permission(ManageSettings), get(people::list::show)),
        change("/beheer/gebruikers", Permission(ManageSettings), post(people::invite::invite)),
        look("/beheer/gebruikers/nieuw", Permission(ManageSettings), get(people::invite::begin)),
        look("/beheer/gebruikers/{id}", Permission(ManageSettings), get(people::person::show)),
        change("/beheer/gebruikers/{id}", Permission(ManageSettings), post(people::person::save)),
        change("/beheer/gebruikers/{id}/blokkering", Permission(ManageSettings), post(people::change::disable)),
        change("/beheer/gebruikers/{id}/sessies/beeindiging", Permission(ManageSettings), post(people::change::end_sessions)),
        change("/beheer/gebruikers/{id}/tweede-stap/verwijdering", Permission(ManageSettings), post(people::change::reset_factor)),
        change("/beheer/gebruikers/{id}/uitnodiging", Permission(ManageSettings), post(people::change::send_link)),
        change("/beheer/gebruikers/{id}/vrijgave", Permission(ManageSettings), post(people::change::enable)),
        look("/beheer/huisstijl", Permission(ManageSettings), get(administration::look::show)),
        change("/beheer/huisstijl", Permission(ManageSettings), post(administration::look::save)),
        look("/beheer/kanalen", Permission(ReadChannelHealth), get(channels::list::show)),
        change("/beheer/kanalen", Permission(ManageSettings), post(channels::settings::create)),
        look("/beheer/kanalen/nieuw", Permission(ManageSettings), get(channels::settings::begin)),
        look("/beheer/kanalen/{id}", Permission(ReadChannelHealth), get(channels::account::show)),
        look("/beheer/kanalen/{id}/controle", Permission(ManageSettings), get(channels::check::show)),
        change("/beheer/kanalen/{id}/controle", Permission(ManageSettings), post(channels::check::run)),
        change("/beheer/kanalen/{id}/controle/{check}", Permission(ManageSettings), post(channels::check::mend)),
        change("/beheer/kanalen/{id}/gezien", Permission(ReadChannelHealth), post(channels::account::see)),
        look("/beheer/kanalen/{id}/instellingen", Permission(ManageSettings), get(channels::settings::show)),
        change("/beheer/kanalen/{id}/instellingen", Permission(ManageSettings), post(channels::settings::save)),
        change("/beheer/kanalen/{id}/testbericht", Permission(ManageSettings), post(channels::test_message::send)),
        change("/beheer/kanalen/{id}/verwijdering", Permission(ManageSettings), post(channels::settings::remove)),
        change("/beheer/kanalen/{id}/vrijgave", Permission(ManageSettings), post(channels::account::release)),
        look("/beheer/ontvangst", Permission(ReadRawEvents), get(administration::raw_events::show)),
        change("/beheer/ontvangst/{id}/herhaling", Permission(ReplayRawEvents), post(administration::raw_events::replay)),
        look("/beheer/standaardteksten", Permission(ManageTexts), get(texts::list::show)),
        change("/beheer/standaardteksten", Permission(ManageTexts), post(texts::change::add)),
        look("/beheer/standaardteksten/nieuw", Permission(ManageTexts), get(texts::change::begin)),
        look("/beheer/standaardteksten/{id}", Permission(ManageTexts), get(texts::change::show)),
        change("/beheer/standaardteksten/{id}", Permission(ManageTexts), post(texts::change::save)),
        change("/beheer/standaardteksten/{id}/verwijdering", Permission(ManageTexts), post(texts::change::remove)),
        look("/beheer/teams", Permission(ManageSettings), get(administration::teams::show)),
        change("/beheer/teams", Permission(ManageSettings), post(administration::teams::add)),
        look("/beheer/teams/{id}", Permission(ManageSettings), get(administration::teams::show_one)),
        change("/beheer/teams/{id}", Permission(ManageSettings), post(administration::teams::save)),
        look("/beheer/verzendingen", Permission(ResolveUnknown), get(administration::sends::show)),
        look("/bijlagen/{id}", Permission(ReadConversations), get(attachments::show)),
        change("/bijlagen/{id}/herhaling", Permission(Reply), post(attachments::fetch_again)),
        look("/bijlagen/{id}/klein", Permission(ReadConversations), get(attachments::show_small)),
        look("/gesprekken", Permission(ReadConversations), get(conversations::list::show)),
        look("/gesprekken/lijsten", Permission(ReadConversations), get(conversations::saved::show)),
        change("/gesprekken/lijsten", Permission(ReadConversations), post(conversations::saved::save)),
        change("/gesprekken/lijsten/{id}/naam", Permission(ReadConversations), post(conversations::saved::rename)),
        change("/gesprekken/lijsten/{id}/plaats", Permission(ReadConversations), post(conversations::saved::place)),
        change("/gesprekken/lijsten/{id}/verwijdering", Permission(ReadConversations), post(conversations::saved::remove)),
        look("/gesprekken/rijen", Permission(ReadConversations), get(conversations::list::rows)),
        look("/gesprekken/{id}", Permission(ReadConversations), get(conversations::show::show)),
        change("/gesprekken/{id}/aanwezigheid", Permission(ReadConversations), post(live::say)),
        change("/gesprekken/{id}/antwoorden", Permission(Reply), post(conversations::replies::write).layer(DefaultBodyLimit::max(UPLOAD_BYTES))),
        change("/gesprekken/{id}/berichten/{message}/reactie", Permission(Reply), post(conversations::reactions::react)),
        change("/gesprekken/{id}/berichten/{message}/terugname", Permission(Reply), post(conversations::drafts::take_back)),
        change("/gesprekken/{id}/bijlagen", Permission(Reply), post(conversations::files::add).layer(DefaultBodyLimit::max(UPLOAD_BYTES))),
        change("/gesprekken/{id}/bijlagen/{attachment}/verwijdering", Permission(Reply), post(conversations::files::remove)),
        change("/gesprekken/{id}/concept", Permission(ReadConversations), post(conversations::drafts::keep)),
        change("/gesprekken/{id}/concept/overname", Permission(ReadConversations), post(conversations::drafts::take_over)),
        look("/gesprekken/{id}/deel", Permission(ReadConversations), get(conversations::show::part)),
        change("/gesprekken/{id}/heropening", Permission(Close), post(conversations::closure::reopen)),
        change("/gesprekken/{id}/notities", Permission(Note), post(conversations::notes::write)),
        change("/gesprekken/{id}/onderdelen/{part}/uitkomst", Permission(ResolveUnknown), post(conversations::resolution::decide)),
        change("/gesprekken/{id}/sjablonen", Permission(Reply), post(conversations::templates::read_again)),
        change("/gesprekken/{id}/sjabloon", Permission(Reply), post(conversations::templates::send).layer(DefaultBodyLimit::max(UPLOAD_BYTES))),
        change("/gesprekken/{id}/sluiting", Permission(Close), post(conversations::closure::close)),
        look("/gesprekken/{id}/standaardteksten", Permission(ReadConversations), get(conversations::texts::list)),
        change("/gesprekken/{id}/standaardteksten", Permission(ReadConversations), post(conversations::texts::choose).layer(DefaultBodyLimit::max(UPLOAD_BYTES))),
        change("/gesprekken/{id}/toewijzing", Permission(Claim), post(conversations::assignment::assign)),
        look("/handleiding", Session, get(manual::show)),
        look("/handleiding/{chapter}", Session, get(manual::show_chapter)),
        look("/huisstijl/{file}", Nothing, get(theme::show)),
        look("/inloggen", Nothing, get(login::show)),
        change("/inloggen", Nothing, post(login::log_in)),
        look("/inloggen/code", Nothing, get(login_code::show)),
        change("/inloggen/code", Nothing, post(login_code::confirm)),
        look("/live", Permission(ReadConversations), get(live::follow)),
        look("/profiel", Session, get(profile::show)),
        change("/profiel/sessies/andere", Session, post(profile::sessions::end_others)),
        change("/profiel/sessies/beeindiging", Session, post(profile::sessions::end_everywhere)),
        change("/profiel/sessies/{id}/beeindiging", Session, post(profile::sessions::end_one)),
        change("/profiel/toetsen", Session, post(keys::choose)),
        look("/profiel/tweede-stap", OwnLogIn, get(profile::second_factor::show)),
        change("/profiel/tweede-stap", OwnLogIn, post(profile::second_factor::begin)),
        change("/profiel/tweede-stap/bevestiging", OwnLogIn, post(profile::second_factor::confirm)),
        change("/profiel/tweede-stap/herstelcodes", Session, post(profile::second_factor::renew)),
        look("/profiel/tweede-stap/qr", OwnLogIn, get(profile::second_factor::picture)),
        change("/profiel/tweede-stap/verwijdering", Session, post(profile::second_factor::remove)),
        look("/profiel/wachtwoord", Session, get(profile::password::show)),
        change("/profiel/wachtwoord", Session, post(profile::password::change)),
        change("/profiel/weergave", Session, post(profile::appearance::choose)),
        change("/taal", Nothing, post(language::choose)),
        change("/uitloggen", OwnLogIn, post(login::log_out)),
        look("/wachtwoord-vergeten", Nothing, get(password::forgotten::show)),
        change("/wachtwoord-vergeten", Nothing, post(password::forgotten::ask)),
        look("/wachtwoord/{token}", Nothing, get(password::choose::show)),
        change("/wachtwoord/{token}", Nothing, post(password::choose::choose)),
        look("/zoeken", Permission(ReadConversations), get(search::show)),
    ]
}

/// What is compressed on its way to the browser: pages and what they load, but neither a file of a resident nor a stream.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_saved = headers.contains_key(CONTENT_DISPOSITION) || headers.contains_key(CONTENT_RANGE);
    let kinds = ["text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml"];
    !is_saved && kinds.iter().any(|text| kind.starts_with(text))
}

/// Tells by what an answer says of itself whether it is compressed.
type Chooses = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// What a page loads is kept by browsers for ever, and so pressed harder than what is made for one answer.
fn pressed() -> CompressionLayer<Chooses> {
    let chooses: Chooses = is_text;
    CompressionLayer::new().quality(CompressionLevel::Precise(6)).compress_when(chooses)
}

/// The register of the pages' addresses.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|line| line.route).collect()
}

/// The pages.
pub fn router(state: WebState) -> Router {
    let mut router = Router::new();
    for line in table() {
        let guarded = from_fn_with_state((state.clone(), line.route.needs), guard);
        router = router.route(line.route.path, line.page.route_layer(guarded));
    }
    router
        .fallback(async || Trouble::NotFound)
        .method_not_allowed_fallback(async || Trouble::Method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), check_origin))
        .layer(from_fn_with_state(state.clone(), dress))
        .layer(from_fn_with_state(state.clone(), add_headers))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_text))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use super::routes;

    #[test]
    fn the_table_is_in_the_order_of_the_alphabet_and_says_nothing_twice() {
        let lines: Vec<_> = routes().iter().map(|route| (route.path, route.method)).collect();
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(lines, sorted);
    }
}
