"""Checks of the repository as a whole that no compiler makes: links, metadata, traces of somebody's own machine.

Run by ./test as the step `repository`. A finding says what is wrong, where, and what to do.
To add a check: write a function that takes a path and a text and yields sentences, name it in CHECKS, and plant a
mistake in test_check.py that it must find.
"""

import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from datetime import date
from urllib.parse import unquote

import yaml

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


def tracked_files():
    """Every file of ours: in git, or about to be."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    return sorted({name for name in names if name and os.path.isfile(os.path.join(ROOT, name))})


# --- links in Markdown ------------------------------------------------------------------------------------------------

INLINE_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
NAMED_LINK = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.M)


def without_code(text):
    """The text with code replaced by spaces, so that line numbers stay and an example link is not followed."""
    blank = lambda found: re.sub(r"[^\n]", " ", found[0])
    text = re.sub(r"^(```|~~~).*?^\1[^\n]*$", blank, text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", blank, text)


def anchors(text):
    """The anchors that the headings of a Markdown text get."""
    found, seen = set(), {}
    for title in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S), re.M):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title.replace("`", ""))
        slug = "".join(
            "-" if sign == " " else sign
            for sign in title.lower()
            if sign in " -_" or unicodedata.category(sign)[0] in "LN"
        )
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def broken_links(path, text, root=ROOT):
    if not path.endswith(".md"):
        return
    plain = without_code(text)
    for found in [*INLINE_LINK.finditer(plain), *NAMED_LINK.finditer(plain)]:
        link = unquote(found[1])
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        # In the manual that is a page of Gehoor; the crate that shows the manual looks whether it is there.
        if path.startswith("docs/manual/") and link.startswith("/"):
            continue
        line = plain.count("\n", 0, found.start(1)) + 1
        name, _, anchor = link.partition("#")
        whole = os.path.normpath(os.path.join(root, os.path.dirname(path), name)) if name else os.path.join(root, path)
        if not os.path.exists(whole):
            yield f"{path}:{line}: the link to {link} leads nowhere. Correct it, or remove it with the page it named."
        elif anchor and whole.endswith(".md"):
            with open(whole, encoding="utf-8") as page:
                if anchor not in anchors(page.read()):
                    yield f"{path}:{line}: {name or 'this page'} has no heading #{anchor}. Correct the link."


# --- traces of a machine ----------------------------------------------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w.~}\-])/(?:work|root|home/[\w.-]+|Users/[\w.-]+)(?=[/\s\"'`),;:]|$)", re.M)
REGISTRY = re.compile(
    r"https?://(?:[\w-]+\.)*(?:crates\.io|npmjs\.(?:org|com)|pypi\.org|pythonhosted\.org|yarnpkg\.com)\b"
)


def machine_paths(path, text):
    for found in MACHINE_PATH.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield (
            f"{path}:{line}: {found[0]} is a place on one machine. Name the place from the root of the repository, "
            "or take it from the environment, so that it is right on every machine."
        )


def registry_addresses(path, text):
    for found in REGISTRY.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield (
            f"{path}:{line}: {found[0]} is the address of a registry; many municipalities build from a mirror. "
            "Name the package alone; a lock file is made without addresses."
        )


# --- lock files -------------------------------------------------------------------------------------------------------

CRATES_IO = "registry+https://github.com/rust-lang/" + "crates.io-index"


def lock_sources(path, text):
    """Cargo's lock files name one source, under the name that a mirror stands in for; anything else is one machine's."""
    if os.path.basename(path) != "Cargo.lock":
        return
    for found in re.finditer(r'^source = "(.*)"$', text, re.M):
        if found[1] != CRATES_IO:
            line = text.count("\n", 0, found.start()) + 1
            yield (
                f"{path}:{line}: {found[1]} is another source than crates.io. Take the crate from there, and make the "
                "lock file without a registry of your own."
            )


# --- publiccode.yml ---------------------------------------------------------------------------------------------------

STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
KINDS = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
}


def publiccode(path, text, workspace_version=None):
    """What the standard publiccode.yml (0.4) asks of every software, for the keys that we use."""
    if path != "publiccode.yml":
        return
    try:
        page = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield f"{path}: is not valid YAML: {error}"
        return
    for key in ["publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
                "description", "legal", "maintenance", "localisation"]:
        if not page.get(key):
            yield f"{path}: the standard demands `{key}`."
    if not isinstance(page.get("publiccodeYmlVersion"), str):
        yield f"{path}: `publiccodeYmlVersion` must be text: put it between quotes."
    if page.get("developmentStatus") not in STATUSES:
        yield f"{path}: `developmentStatus` must be one of {', '.join(sorted(STATUSES))}."
    if page.get("softwareType") not in KINDS:
        yield f"{path}: `softwareType` must be one of {', '.join(sorted(KINDS))}."
    if not isinstance(page.get("releaseDate", date.today()), date):
        yield f"{path}: `releaseDate` must be a date as 2026-11-22, without quotes."
    for language, words in (page.get("description") or {}).items():
        short, long = words.get("shortDescription") or "", words.get("longDescription") or ""
        if not 1 <= len(short.strip()) <= 150:
            yield f"{path}: `shortDescription` ({language}) must have 1 to 150 characters; it has {len(short.strip())}."
        if not 500 <= len(long.strip()) <= 10_000:
            yield f"{path}: `longDescription` ({language}) must have 500 to 10,000 characters; it has {len(long.strip())}."
        features = words.get("features") or []
        if not features:
            yield f"{path}: `features` ({language}) must name at least one."
        for feature in features:
            if len(feature) > 100:
                yield f"{path}: the feature “{feature[:40]}…” ({language}) is longer than 100 characters."
    maintenance = page.get("maintenance") or {}
    if maintenance.get("type") in ("internal", "community") and not maintenance.get("contacts"):
        yield f"{path}: `maintenance/contacts` is needed for maintenance of type {maintenance['type']}."
    if "license" not in (page.get("legal") or {}):
        yield f"{path}: `legal/license` is missing."
    if not isinstance((page.get("localisation") or {}).get("localisationReady"), bool):
        yield f"{path}: `localisation/localisationReady` must be true or false."
    if workspace_version is None:
        with open(os.path.join(ROOT, "Cargo.toml"), "rb") as manifest:
            workspace_version = tomllib.load(manifest)["workspace"]["package"]["version"]
    if page.get("softwareVersion") not in (None, workspace_version):
        yield f"{path}: `softwareVersion` is {page['softwareVersion']}, Cargo.toml says {workspace_version}. Make them equal."


# --- all together -----------------------------------------------------------------------------------------------------

CHECKS = [broken_links, lock_sources, machine_paths, registry_addresses, publiccode]

# Cargo writes the name of its registry into the lock file; the tests below plant what must be found.
EXCEPT = {
    registry_addresses: {"Cargo.lock", "tests/repository/test_check.py"},
    machine_paths: {"tests/repository/test_check.py"},
}


def main():
    findings, looked_at = [], 0
    names = tracked_files()
    for needed in ["LICENSE", "README.md", "REUSE.toml", "publiccode.yml"]:
        if needed not in names:
            findings.append(f"{needed} is missing.")
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            raw = file.read()
        if b"\0" in raw:
            continue
        text, looked_at = raw.decode("utf-8", errors="replace"), looked_at + 1
        for check in CHECKS:
            if name not in EXCEPT.get(check, ()):
                findings.extend(check(name, text))
    print("\n".join(findings))
    print(f"{looked_at} files looked at, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
