//! `gehoor eval payloads DIR`: every file of every folder named by a channel goes to an account of its own in a fresh
//! town, signed as the platform signs, through the door, onto disk, and is read from there. What was understood is
//! counted by what stands in the database afterwards, not by what the parser says of itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::channels::{
    ChannelName, Connector, Headers, Inbound, RawEvent, RawRequest, SecretValue, SettingField,
};
use domain::ids::{ChannelAccountId, RawEventId};
use domain::municipality::Municipality;
use drivers::{Delivered, Reader, Webhooks};
use serde::Serialize;
use serde_json::{Value, json};
use simulation::platforms::signature;
use tokio_util::sync::CancellationToken;
use usecases::configuration::{Declaration, DeclaredAccount, DeclaredLook, DeclaredTeam, apply_declaration};
use usecases::conversations::export_conversations;
use usecases::ingest::{RawState, list_raw_events};
use usecases::{Ctx, Installation};

use crate::commands::scratch::{Scratch, until_interrupted};
use crate::config::Config;
use crate::{say, wiring};

/// The one secret of this town, which lives for a minute.
const SECRET: &str = "a-secret-of-a-town-for-a-minute";
/// Files of one folder at most.
const FILES: usize = 10_000;
/// Bytes of one file at most.
const FILE_BYTES: u64 = 8 * 1024 * 1024;
/// Seconds that reading may take without finishing anything.
const PATIENCE_SECONDS: u64 = 60;

/// What platforms really send, through the real doors of a fresh town.
///
/// DIR holds folders named by channel ("whatsapp") with a file for each delivery. Each file goes to an account of its
/// own, so that ids which files share do not collide. Prints one JSON line: per channel the files, the messages that
/// stand in conversations afterwards, statuses, everything else, and what waits for a person, with the reason.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor eval payloads ./payloads\n  gehoor eval payloads ./payloads --predictions seen.ndjson"
)]
pub struct Payloads {
    /// The folder of folders
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Also write what became of each item, a JSON line each
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
}

/// What came of one channel's folder.
#[derive(Debug, Default, Serialize)]
struct Figures {
    files: usize,
    messages: usize,
    statuses: usize,
    other: usize,
    quarantined: Vec<PutAside>,
}

/// A file of which something could not be read, or which was not taken.
#[derive(Debug, Serialize)]
struct PutAside {
    file: String,
    reason: String,
}

/// A file with the account that it goes to.
struct Case {
    name: String,
    account: ChannelAccountId,
    body: Vec<u8>,
}

/// Measures and prints.
pub async fn run(command: Payloads, config: &Config) -> Result<(), String> {
    let directory = Scratch::new("eval")?;
    let done = until_interrupted(score(&command, config, directory.path())).await;
    let removed = directory.remove();
    let (figures, predictions) = done?;
    removed?;
    if let Some(file) = &command.predictions {
        super::write_lines(file, &predictions)?;
    }
    say::result(serde_json::to_string(&figures).map_err(|error| error.to_string())?);
    Ok(())
}

async fn score(
    command: &Payloads,
    config: &Config,
    directory: &Path,
) -> Result<(BTreeMap<String, Figures>, Vec<Value>), String> {
    let mut config = config.clone();
    config.database_url = None;
    config.data_dir = directory.join("data");
    config.key_file = directory.join("key");
    let installation = wiring::open(&config).await?;
    let (mut figures, mut predictions) = (BTreeMap::new(), Vec::new());
    for folder in folders(&command.directory)? {
        let channel = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let found = of_channel(&installation, &channel, &folder, &mut predictions).await?;
        figures.insert(channel, found);
    }
    if figures.is_empty() {
        return Err(format!("{}: there is no folder named by a channel", command.directory.display()));
    }
    installation.store.close().await;
    Ok((figures, predictions))
}

/// The folders in a folder, by name.
fn folders(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let doing = |error| format!("{}: {error}", directory.display());
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(doing)? {
        let path = entry.map_err(doing)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

async fn of_channel(
    installation: &Arc<Installation>,
    channel: &str,
    folder: &Path,
    predictions: &mut Vec<Value>,
) -> Result<Figures, String> {
    let files = files(folder)?;
    let mut figures = Figures { files: files.len(), ..Figures::default() };
    let name = ChannelName::new(channel);
    let connector = name.as_ref().and_then(|name| installation.connector(name));
    let (Some(name), Some(connector)) = (&name, connector) else {
        let reason = format!("this version of Gehoor does not speak {channel}");
        figures.quarantined =
            files.iter().map(|file| PutAside { file: short(file), reason: reason.clone() }).collect();
        return Ok(figures);
    };
    let cases = cases(channel, connector, &files)?;
    declare(installation, name, connector, &cases).await?;
    let webhooks = Webhooks::new(Arc::clone(installation));
    for (case, refused) in cases.iter().zip(deliver(&webhooks, &cases).await) {
        figures
            .quarantined
            .extend(refused.map(|reason| PutAside { file: case.name.clone(), reason }));
    }
    read_everything(installation, &webhooks).await?;
    let ctx = installation.system(&municipality(channel)?, "eval");
    let stored = stored(&ctx).await?;
    let waiting = waiting(&ctx).await?;
    for case in &cases {
        let put_aside = waiting.get(&case.account);
        if let Some(reasons) = put_aside {
            let reason = reasons.values().cloned().collect::<Vec<_>>().join("; ");
            figures.quarantined.push(PutAside { file: case.name.clone(), reason });
        }
        figures.messages += stored.get(&case.account).copied().unwrap_or_default();
        count_the_rest(&mut figures, connector, case, put_aside, predictions);
    }
    Ok(figures)
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let doing = |error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(doing)? {
        let path = entry.map_err(doing)?.path();
        if path.is_file() {
            files.push(path);
        }
        if files.len() > FILES {
            return Err(format!("{}: more than {FILES} files", folder.display()));
        }
    }
    files.sort();
    Ok(files)
}

fn short(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn municipality(channel: &str) -> Result<domain::ids::MunicipalityId, String> {
    format!("proef-{channel}").parse().map_err(|error| format!("{channel}: {error}"))
}

fn cases(channel: &str, connector: &dyn Connector, files: &[PathBuf]) -> Result<Vec<Case>, String> {
    let each = files.iter().enumerate().map(|(index, file)| {
        let doing = |error| format!("{}: {error}", file.display());
        if std::fs::metadata(file).map_err(doing)?.len() > FILE_BYTES {
            return Err(format!("{}: larger than {FILE_BYTES} bytes", file.display()));
        }
        let bytes = std::fs::read(file).map_err(doing)?;
        let account = format!("{channel}-{index}").parse().map_err(|error| format!("{error}"))?;
        Ok(Case {
            name: short(file),
            account,
            body: readdressed(connector, &bytes, index),
        })
    });
    each.collect()
}

/// The file's bytes with every account that it names replaced by its own account here, where it names any: several
/// files are about the same number, and an installation has each number once.
fn readdressed(connector: &dyn Connector, bytes: &[u8], index: usize) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let named = connector.split(bytes).unwrap_or_default();
    let replaced = named
        .iter()
        .filter_map(|part| part.native_id.as_deref())
        .fold(text.to_owned(), |text, id| {
            text.replace(&format!("\"{id}\""), &format!("\"{}\"", number(index)))
        });
    replaced.into_bytes()
}

/// The platform's id of the account for a file: as long as a real one, and no file's own.
fn number(index: usize) -> String {
    format!("99900000000{index:04}")
}

async fn declare(
    installation: &Arc<Installation>,
    channel: &ChannelName,
    connector: &dyn Connector,
    cases: &[Case],
) -> Result<(), String> {
    let team: domain::ids::TeamId = "webcare".parse().map_err(|error| format!("{error}"))?;
    let required = connector.settings().iter().filter(|field| field.required);
    let (secret, plain): (Vec<&SettingField>, Vec<&SettingField>) = required.partition(|field| field.secret);
    let account = |(index, case): (usize, &Case)| DeclaredAccount {
        id: case.account.clone(),
        channel: channel.clone(),
        team: team.clone(),
        base_url: None,
        settings: plain.iter().map(|field| (field.name.to_owned(), number(index))).collect(),
        secrets: secret
            .iter()
            .map(|field| (field.name.to_owned(), SecretValue::new(SECRET.to_owned())))
            .collect(),
    };
    let declaration = Declaration {
        municipality: Municipality {
            id: municipality(channel.as_str())?,
            name: "Gemeente Proef".to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            hosts: Vec::new(),
            second_factor: domain::municipality::SecondFactor::Optional,
        },
        look: DeclaredLook::default(),
        teams: vec![DeclaredTeam { id: team.clone(), name: "Webcare".to_owned() }],
        users: Vec::new(),
        channel_accounts: cases.iter().enumerate().map(account).collect(),
        canned_texts: Vec::new(),
    };
    let applied = apply_declaration(installation, declaration, false).await;
    applied.map(|_| ()).map_err(|error| error.to_string())
}

/// Knocks with each file, signed as Meta signs; why a file was not taken.
async fn deliver(webhooks: &Webhooks, cases: &[Case]) -> Vec<Option<String>> {
    let mut refusals = Vec::with_capacity(cases.len());
    for case in cases {
        let signed = ("x-hub-signature-256".to_owned(), signature(SECRET, &case.body));
        let request = RawRequest {
            query: String::new(),
            headers: Headers::new([signed]),
            body: case.body.clone(),
        };
        refusals.push(match webhooks.deliver(&case.account, &request).await {
            Delivered::Stored => None,
            Delivered::Refused(refusal) => Some(format!("not taken: {refusal}")),
        });
    }
    refusals
}

/// Reads until nothing waits any more, or nothing comes of it.
async fn read_everything(installation: &Arc<Installation>, webhooks: &Webhooks) -> Result<(), String> {
    let stop = CancellationToken::new();
    let reader = tokio::spawn(Reader::new(Arc::clone(installation), webhooks.arrived()).run(stop.clone()));
    let (mut least, mut since) = (i64::MAX, std::time::Instant::now());
    let ended = loop {
        let backlog = installation.store.inbox().backlog().await.map_err(|error| error.to_string())?;
        let waiting: i64 = backlog
            .iter()
            .filter(|(state, ..)| *state == RawState::Received)
            .map(|(_, number, _)| number)
            .sum();
        if waiting == 0 {
            break Ok(());
        }
        if waiting < least {
            (least, since) = (waiting, std::time::Instant::now());
        }
        if since.elapsed().as_secs() > PATIENCE_SECONDS {
            break Err(format!("{waiting} files were not read within {PATIENCE_SECONDS} seconds"));
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    stop.cancel();
    reader.await.map_err(|_| "reading ended with a fault".to_owned())?;
    ended
}

/// Messages that stand in conversations, per account.
async fn stored(ctx: &Ctx) -> Result<BTreeMap<ChannelAccountId, usize>, String> {
    let (mut stored, mut after) = (BTreeMap::new(), None);
    loop {
        let page = export_conversations(ctx, after).await.map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { return Ok(stored) };
        after = Some(last.listed.conversation.id);
        for one in &page {
            *stored.entry(one.listed.conversation.channel_account.clone()).or_default() += one.messages.len();
        }
    }
}

/// Items that wait for a person, with the reason, per account and place in the file.
async fn waiting(ctx: &Ctx) -> Result<BTreeMap<ChannelAccountId, BTreeMap<u32, String>>, String> {
    let (mut waiting, mut after) = (BTreeMap::<_, BTreeMap<_, _>>::new(), None);
    loop {
        let page = list_raw_events(ctx, RawState::Quarantined, after, 100).await;
        let page = page.map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { return Ok(waiting) };
        after = Some(last.event.id);
        for one in &page {
            let items = one.items.iter().filter(|item| item.quarantined);
            waiting
                .entry(one.event.channel_account.clone())
                .or_default()
                .extend(items.map(|item| (item.item, item.reason.clone())));
        }
    }
}

/// Statuses and everything else, item by item; what waits for a person counts as neither.
fn count_the_rest(
    figures: &mut Figures,
    connector: &dyn Connector,
    case: &Case,
    put_aside: Option<&BTreeMap<u32, String>>,
    predictions: &mut Vec<Value>,
) {
    let raw = RawEvent {
        id: RawEventId(uuid::Uuid::nil()),
        channel_account: case.account.clone(),
        received_at: jiff::Timestamp::UNIX_EPOCH,
        body: case.body.clone(),
    };
    for item in connector.parse(&raw).unwrap_or_default() {
        let waits = put_aside.and_then(|reasons| reasons.get(&item.index));
        let kind = match &item.what {
            Ok(Inbound::Message(message)) => format!("message/{}", message.kind),
            Ok(Inbound::Echo(echo)) => format!("message/{}", echo.kind),
            Ok(Inbound::Delivery(report)) => format!("status/{}", report.status),
            Ok(Inbound::Change(_)) => "other/change".to_owned(),
            Ok(Inbound::Identity(_)) => "other/identity".to_owned(),
            Ok(Inbound::Account(notice)) => format!("other/account/{}", notice.kind),
            Ok(Inbound::Nothing { kind }) => format!("other/nothing/{kind}"),
            Err(_) => "unreadable".to_owned(),
        };
        match &item.what {
            _ if waits.is_some() => (),
            Ok(Inbound::Delivery(_)) => figures.statuses += 1,
            Ok(Inbound::Message(_) | Inbound::Echo(_)) | Err(_) => (),
            Ok(_) => figures.other += 1,
        }
        predictions.push(json!({ "file": case.name, "item": item.index, "kind": kind, "waits": waits }));
    }
}
