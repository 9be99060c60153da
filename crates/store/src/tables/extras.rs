//! What a message holds besides its text, as it is stored: a list in JSON.

use domain::messages::Extra;

use crate::StoreError;

/// The stored ones. A kind that a newer version wrote is left out rather than the message.
pub(super) fn read(stored: Option<&str>) -> Vec<Extra> {
    let each: Vec<serde_json::Value> =
        stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    each.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect()
}

/// The text for these; `None` when there are none.
pub(super) fn write(extras: &[Extra]) -> Result<Option<String>, StoreError> {
    let written = (!extras.is_empty()).then(|| serde_json::to_string(extras)).transpose();
    written.map_err(|_| StoreError::wrong("writing what a message holds"))
}

#[cfg(test)]
mod tests {
    use domain::messages::Forwarded;

    use super::*;

    #[test]
    fn what_a_newer_version_wrote_costs_only_itself() {
        let known = vec![Extra::Forwarded(Forwarded { often: true })];
        let text = write(&known).expect("written").expect("there is one");
        assert_eq!(read(Some(&text)), known);
        assert_eq!(read(Some(&text.replacen('[', "[{\"type\":\"hologram\"},", 1))), known);
        assert_eq!((write(&[]).expect("written"), read(None)), (None, Vec::new()));
    }
}
