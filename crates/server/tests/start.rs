//! Starting where something is wrong: one clear line, no half start, and never a new key over old data (B5, K4).

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use support::{Engine, Site, free_port, program, read};

/// Runs a command that must fail within five seconds, and returns the one line that it says.
fn fails(command: &mut Command) -> String {
    let began = Instant::now();
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it should have failed");
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("gehoor: ")).collect();
    assert_eq!(lines.len(), 1, "one clear line, not: {said}");
    lines[0].to_owned()
}

#[test]
fn a_data_directory_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&data, Some(65534), None).unwrap();
    }
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o555)).unwrap();
    // Root may write anywhere, so root tries it as nobody, with a copy of the program that nobody can read.
    let copy = folder.path().join("gehoor");
    std::fs::copy(env!("CARGO_BIN_EXE_gehoor"), &copy).unwrap();
    let mut command = Command::new(&copy);
    command.env_clear().args(["serve", "--data-dir"]).arg(&data).current_dir("/");
    if is_root {
        command.uid(65534);
    }
    let line = fails(&mut command);
    assert!(line.contains("data directory") && line.contains("cannot be written"), "{line}");
}

#[test]
fn a_data_directory_of_somebody_else_is_named() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can give a directory to somebody else");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::chown(&data, Some(65534), None).unwrap();
    let line = fails(program().args(["serve", "--data-dir"]).arg(&data));
    assert!(line.contains("belongs to user 65534"), "{line}");
}

#[test]
fn root_is_refused_where_the_configuration_says_so() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: this is not root");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command
        .env("GEHOOR_REQUIRE_UNPRIVILEGED", "true")
        .args(["serve", "--data-dir"])
        .arg(folder.path().join("data"));
    let line = fails(&mut command);
    assert!(line.contains("root"), "{line}");
}

#[tokio::test]
async fn a_missing_key_stops_the_start_and_no_new_one_is_made() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(site) = Site::on(engine).await else { continue };
        let key = site.folder.path().join("data.key");
        let kept = std::fs::read_to_string(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let line = fails(site.command().args(["serve", "--listen", "127.0.0.1:0"]));
        assert!(line.contains("key file") && line.contains("missing"), "{line}");
        assert!(!key.exists(), "a new key was made over old data");

        std::fs::write(&key, "k-other AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
        let line = fails(site.command().args(["serve", "--listen", "127.0.0.1:0"]));
        assert!(line.contains("key"), "{line}");

        std::fs::write(&key, kept).unwrap();
        let node = site.start(free_port());
        assert!(node.end() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn an_unknown_key_in_a_configuration_applies_nothing_and_names_file_and_line() {
    let Some(site) = Site::on(Engine::Sqlite).await else { return };
    let good = read(site.folder.path(), "zwanendam.toml");
    let bad = good.replace("name = \"Webcare\"", "name = \"Anders\"").replace("base_url", "base_ulr");
    std::fs::write(site.folder.path().join("bad.toml"), &bad).unwrap();
    let line = fails(site.command().args(["apply", "bad.toml"]));
    let at = bad.lines().position(|line| line.contains("base_ulr")).unwrap() + 1;
    assert!(line.contains(&format!("bad.toml:{at}: ")) && line.contains("base_ulr"), "{line}");
    let exported = site.command().arg("export-config").output().unwrap();
    let exported = String::from_utf8(exported.stdout).unwrap();
    assert!(exported.contains("Webcare") && !exported.contains("Anders"), "{exported}");
}

#[tokio::test]
async fn what_is_exported_can_be_applied_and_holds_no_secret() {
    let Some(site) = Site::on(Engine::Sqlite).await else { return };
    let exported = site.command().arg("export-config").output().unwrap();
    let text = String::from_utf8(exported.stdout).unwrap();
    let settings = &site.number.settings;
    for secret in [&settings.app_secret, settings.access_token.as_ref().unwrap(), &settings.verify_token] {
        assert!(!text.contains(secret.as_str()), "a secret is in the export");
    }
    assert!(text.contains("app_secret_file"), "{text}");
    // The secrets' files are put where the export says, as an administrator does on a new machine.
    let secrets = site.folder.path().join("secrets");
    std::fs::copy(secrets.join("app"), secrets.join("wa-main.app_secret")).unwrap();
    std::fs::copy(secrets.join("token"), secrets.join("wa-main.access_token")).unwrap();
    std::fs::copy(secrets.join("verify"), secrets.join("wa-main.verify_token")).unwrap();
    std::fs::copy(secrets.join("noor"), secrets.join("noor@zwanendam.example")).unwrap();
    std::fs::write(site.folder.path().join("again.toml"), &text).unwrap();
    let applied = site.command().args(["apply", "--prune", "again.toml"]).output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let twice = site.command().arg("export-config").output().unwrap();
    assert_eq!(String::from_utf8(twice.stdout).unwrap(), text);
}

#[tokio::test]
async fn a_second_server_on_the_same_files_does_not_start() {
    let Some(site) = Site::on(Engine::Sqlite).await else { return };
    let node = site.start(free_port());
    let line = fails(site.command().args(["serve", "--listen", "127.0.0.1:0"]));
    assert!(line.contains("another gehoor"), "{line}");
    drop(node);
}

#[test]
fn every_command_has_help_with_an_example() {
    let listed = program().arg("--help").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for command in [
        vec!["demo"],
        vec!["serve"],
        vec!["apply"],
        vec!["export-config"],
        vec!["user", "add"],
        vec!["token", "create"],
        vec!["channel", "check"],
        vec!["routes"],
        vec!["doctor"],
        vec!["replay"],
        vec!["migrate"],
        vec!["bench", "ingest"],
        vec!["platforms"],
    ] {
        assert!(listed.contains(command[0]), "{command:?} is not listed");
        let help = program().args(&command).arg("--help").output().unwrap();
        assert!(help.status.success());
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(text.contains("Example"), "{command:?} has no example");
    }
}
