//! `gehoor eval payloads`: what platforms really send, scored by the program as anybody would run it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::program;

/// Runs it; the line of figures and the decisions per file, or what it said instead.
fn scored(folder: &Path) -> Result<(Value, BTreeMap<String, Vec<String>>), String> {
    let place = tempfile::tempdir().unwrap();
    let predictions = place.path().join("seen.ndjson");
    let mut command = program();
    let scratch = place.path().join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    command.env("GEHOOR_LOG", "off").env("TMPDIR", &scratch).current_dir(place.path());
    command.arg("eval").arg("payloads").arg(folder).arg("--predictions").arg(&predictions);
    let done = command.output().unwrap();
    assert_eq!(
        std::fs::read_dir(&scratch).unwrap().count(),
        0,
        "nothing of the messages stays, whatever came of it"
    );
    if !done.status.success() {
        return Err(String::from_utf8(done.stderr).unwrap());
    }
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(said.lines().count(), 1, "one line of JSON: {said}");
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in std::fs::read_to_string(&predictions).unwrap().lines() {
        let decided: Value = serde_json::from_str(line).unwrap();
        let file = decided["file"].as_str().unwrap().to_owned();
        seen.entry(file).or_default().push(decided["kind"].as_str().unwrap().to_owned());
    }
    Ok((serde_json::from_str(&said).unwrap(), seen))
}

/// What a file that the manifest describes so must be understood as.
fn expected(described: &str) -> String {
    let plain = described.split('+').next().unwrap_or_default();
    let kind = match plain.split_once(':') {
        _ if described.contains("+group") && plain.starts_with("message") => "message/unknown".to_owned(),
        Some(("message", "reaction" | "edit" | "revoke")) => "other/change".to_owned(),
        Some(("message", "audio:voice")) => "message/voice".to_owned(),
        Some(("message", "system:user_changed_number")) => "other/identity".to_owned(),
        Some(("message", kind)) if kind.starts_with("system") => "other/nothing".to_owned(),
        Some(("message", kind)) => format!("message/{}", kind.split([':', '(']).next().unwrap_or_default()),
        Some(("status", status)) => format!("status/{status}"),
        Some(("field", field)) => match field.split(':').next().unwrap_or_default() {
            "smb_message_echoes" => String::new(),
            field @ ("calls" | "history" | "smb_app_state_sync" | "user_preferences") => {
                format!("other/nothing/{field}")
            }
            field => format!("other/account/{field}"),
        },
        _ => String::new(),
    };
    kind.trim_end_matches(['(', ')']).to_owned()
}

/// Every file is what its manifest says, nothing is dropped, and only what is invalid waits.
#[test]
fn every_real_file_is_understood_as_what_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/payloads");
    let Ok(manifest) = std::fs::read_to_string(folder.join("MANIFEST.tsv")) else {
        println!("skipped: the real payloads are not beside the repository");
        return;
    };
    let (figures, seen) = scored(&folder).unwrap();
    let invalid = ["chatwoot-cloud-line63.json", "chatwoot-cloud-line7.json"];
    let mut files = 0;
    for line in manifest.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(name) = fields[0].strip_prefix("whatsapp/") else { continue };
        files += 1;
        let kinds = seen.get(name).unwrap_or_else(|| panic!("{name}: nothing was understood"));
        let expected = if invalid.contains(&name) {
            "unreadable".to_owned()
        } else {
            expected(fields[2])
        };
        assert!(kinds.iter().any(|kind| kind.starts_with(&expected)), "{name} is {}: {kinds:?}", fields[2]);
    }
    let whatsapp = &figures["whatsapp"];
    assert_eq!(whatsapp["files"], files);
    let waiting: Vec<&str> = whatsapp["quarantined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap())
        .collect();
    assert_eq!(waiting, invalid);
    let items: usize = seen.values().map(Vec::len).sum();
    let counted = ["messages", "statuses", "other"].map(|what| whatsapp[what].as_u64().unwrap());
    assert_eq!(
        counted.iter().sum::<u64>() + invalid.len() as u64,
        items as u64,
        "every item is counted once"
    );
}

/// What is no delivery, names nobody or speaks of nothing is said so, and the rest is scored all the same.
#[test]
fn what_is_no_delivery_is_named_with_its_reason() {
    let place = tempfile::tempdir().unwrap();
    let (ours, foreign) = (place.path().join("whatsapp"), place.path().join("postduif"));
    std::fs::create_dir_all(&ours).unwrap();
    std::fs::create_dir_all(&foreign).unwrap();
    std::fs::write(foreign.join("briefje.json"), "{}").unwrap();
    let delivery = |messages: Value| {
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
            "contacts": [{"profile": {"name": "Yusuf"}, "wa_id": "31600000001"}], "messages": messages}}]}]})
        .to_string()
    };
    let text = |id: &str| json!({"from": "31600000001", "id": id, "timestamp": "1772438400", "type": "text", "text": {"body": "Hoi"}});
    std::fs::write(ours.join("a-goed.json"), delivery(json!([text("wamid.A"), text("wamid.B")]))).unwrap();
    // The same ids once more: another account, so they are messages again.
    std::fs::write(ours.join("b-weer.json"), delivery(json!([text("wamid.A")]))).unwrap();
    std::fs::write(ours.join("c-half.json"), delivery(json!([text("wamid.C"), {"type": "text"}]))).unwrap();
    std::fs::write(ours.join("d-geen-json.json"), "niet waar").unwrap();
    let (figures, _) = scored(place.path()).unwrap();
    let whatsapp = &figures["whatsapp"];
    assert_eq!((&whatsapp["files"], &whatsapp["messages"]), (&json!(4), &json!(4)), "{figures}");
    let waiting: Vec<&str> = whatsapp["quarantined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap())
        .collect();
    assert_eq!(waiting, ["d-geen-json.json", "c-half.json"], "{figures}");
    let reason = figures["postduif"]["quarantined"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("does not speak postduif"), "{reason}");

    let empty = tempfile::tempdir().unwrap();
    let said = scored(empty.path()).unwrap_err();
    assert!(said.contains("no folder named by a channel"), "{said}");
    let said = scored(&place.path().join("nergens")).unwrap_err();
    assert!(said.contains("nergens"), "{said}");
}
