//! Reports of platforms on messages of ours: every one is kept as evidence, also one that comes before we know the
//! message's id.

use std::collections::BTreeMap;

use domain::channels::DeliveryReport;
use domain::ids::{ChannelAccountId, MessageId, PartId, RawEventId};
use domain::messages::{DeliveryStatus, Price};
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    INSERT = "INSERT INTO delivery_report (municipality_id, channel_account_id, provider_id, status, recipient, tracker, \
              at, failure, raw_event_id, price) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING" => [];
    OF_MESSAGE = "SELECT provider_id, status, at, failure FROM delivery_report \
                  WHERE municipality_id = $1 AND channel_account_id = $2 AND provider_id = $3 \
                  ORDER BY at, status, recipient LIMIT 1000"
        => [provider_id: Text, status: Text, at: Int, failure: Text];
    /// What the parts of a message cost, each as it was last told.
    PRICES = "SELECT p.id, r.price FROM outbox_part p JOIN delivery_report r ON r.municipality_id = p.municipality_id \
              AND r.channel_account_id = p.channel_account_id AND r.provider_id = p.provider_id \
              WHERE p.municipality_id = $1 AND p.message_id = $2 AND r.price IS NOT NULL \
              ORDER BY p.ordinal, p.id, r.at, r.status, r.recipient LIMIT 1000"
        => [id: Text, price: Text];
    OF_TRACKER = "SELECT provider_id, status, at, failure FROM delivery_report \
                  WHERE municipality_id = $1 AND tracker = $2 ORDER BY at, status, recipient LIMIT 1000"
        => [provider_id: Text, status: Text, at: Int, failure: Text];
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The platform's id of the message.
    pub provider_id: String,
    /// How far it came.
    pub status: DeliveryStatus,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// Why it failed.
    pub failure: Option<String>,
}

fn report(row: &Row) -> Result<Report, StoreError> {
    Ok(Report {
        provider_id: row.text(0)?,
        status: row.parse(1)?,
        at: row.at(2)?,
        failure: row.maybe_text(3)?,
    })
}

/// Keeps a report; `false` when the same was told before.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(
    tx: &mut Tx,
    account: &ChannelAccountId,
    report: &DeliveryReport,
    raw: RawEventId,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let price = report.price.as_ref().map(|price| serde_json::to_string(price).unwrap_or_default());
    let values = vals![
        &municipality,
        account,
        &report.provider_id,
        report.status,
        report.recipient.clone().unwrap_or_default(),
        report.tracker.clone(),
        report.at,
        report.failure.clone(),
        raw,
        price
    ];
    Ok(tx.exec(&INSERT, values).await? > 0)
}

/// What was told about a message under the platform's id.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    provider_id: &str,
) -> Result<Vec<Report>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&OF_MESSAGE, vals![&municipality, account, provider_id])
        .await?
        .iter()
        .map(report)
        .collect()
}

/// What was told about the part that handed out this tracker.
///
/// # Errors
/// When the store does not answer.
pub async fn of_tracker(from: &mut impl Reads, tracker: &str) -> Result<Vec<Report>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&OF_TRACKER, vals![&municipality, tracker]).await?.iter().map(report).collect()
}

/// What the parts of a message cost, as the platform told it last.
///
/// # Errors
/// When the store does not answer.
pub async fn prices(
    from: &mut impl Reads,
    message: MessageId,
) -> Result<BTreeMap<PartId, Price>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&PRICES, vals![&municipality, message]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.json(1)?))).collect()
}
