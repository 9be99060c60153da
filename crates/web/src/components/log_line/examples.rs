//! Lines as they occur.

use domain::conversations::Outcome;
use domain::happenings::Happened;
use domain::ids::{ConversationId, UserId};
use jiff::Timestamp;
use usecases::conversations::LogLine;

use super::ShownLine;
use crate::words::{Moments, Words};

pub(crate) fn all(w: Words) -> Vec<ShownLine> {
    let id = || "0193b5b0-7c00-7000-8000-000000000001";
    let (conversation, user): (ConversationId, UserId) =
        (id().parse().expect("an id"), id().parse().expect("an id"));
    let other: UserId = "0193b5b0-7c00-7000-8000-000000000002".parse().expect("an id");
    let moments = Moments::new(w, "Europe/Amsterdam", Timestamp::UNIX_EPOCH);
    let line = |user: Option<UserId>, happened| LogLine {
        position: 7,
        at: Timestamp::UNIX_EPOCH,
        user,
        user_name: user.map(|_| "<img src=x onerror=alert(1)>".to_owned()),
        whom_name: Some("Daan de Wit".to_owned()),
        happened,
    };
    let assigned = |assignee| Happened::Assigned { conversation, assignee };
    let happened = [
        assigned(Some(user)),
        assigned(Some(other)),
        assigned(None),
        Happened::ConversationClosed { conversation, outcome: Outcome::ALL[0] },
        Happened::ConversationReopened { conversation },
        Happened::ConversationsJoined { conversation, joined: conversation },
        Happened::IdentityChanged { conversation },
    ];
    let both = happened.into_iter().flat_map(|one| [line(Some(user), one.clone()), line(None, one)]);
    both.map(|one| ShownLine::of(w, &moments, &one)).collect()
}
