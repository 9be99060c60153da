//! `/`: where somebody begins depends on what they may do.

use axum::response::Redirect;

use crate::layout::home;
use crate::requests::Visit;

/// `GET /`
pub(crate) async fn show(visit: Visit) -> Redirect {
    Redirect::to(home(&visit.ctx.actor))
}
