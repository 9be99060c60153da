//! Makes the chapters of the manual (`docs/manual`, Markdown) into HTML before the crate is compiled. What a reader would
//! stumble over is an error here: a link to a chapter or heading that is not there, a picture without a description,
//! HTML of its own.
//!
//! A chapter is `<number>-<address>.md` and begins with one `# ` heading and one paragraph that says what it is about.
//! `code` in it is a key or a typed word and becomes `<kbd>`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// What a chapter of this many bytes is, nobody reads.
const CHAPTER_BYTES: usize = 40_000;

/// A chapter, as it is served.
struct Chapter {
    /// Its name in the address.
    address: String,
    title: String,
    /// Its first paragraph as text.
    lead: String,
    /// Its headings of the second level: anchor and words.
    headings: Vec<(String, String)>,
    /// Every place in it that an address may name.
    anchors: BTreeSet<String>,
    html: String,
    /// Where it links to: chapter (empty for itself) and anchor (empty for its beginning).
    links: Vec<(String, String)>,
}

/// Gives the Rust source of the table of chapters. `pictures`: the served name of each picture by its file name.
pub(crate) fn generate(folder: &Path, pictures: &BTreeMap<String, String>) -> io::Result<String> {
    let mut chapters = Vec::new();
    for path in super::files_below(folder, "md")? {
        chapters.push(
            read(&path, pictures).map_err(|why| io::Error::other(format!("{}: {why}", path.display())))?,
        );
    }
    for chapter in &chapters {
        for (to, anchor) in &chapter.links {
            let to = if to.is_empty() { &chapter.address } else { to };
            let there = chapters
                .iter()
                .find(|other| &other.address == to)
                .is_some_and(|other| anchor.is_empty() || other.anchors.contains(anchor));
            if !there {
                return Err(io::Error::other(format!(
                    "docs/manual: the chapter {} links to {to}#{anchor}, which is not there",
                    chapter.address
                )));
            }
        }
    }
    let mut source = String::from("const CHAPTERS: &[Chapter] = &[\n");
    for Chapter { address, title, lead, headings, html, .. } in &chapters {
        source.push_str(&format!(
            "    Chapter {{ address: {address:?}, title: {title:?}, lead: {lead:?}, headings: &{headings:?}, html: {html:?} }},\n"
        ));
    }
    source.push_str("];\n");
    Ok(source)
}

/// The pictures that the chapters may show.
pub(crate) fn pictures(folder: &Path) -> io::Result<Vec<PathBuf>> {
    super::files_below(folder, "png")
}

fn read(path: &Path, pictures: &BTreeMap<String, String>) -> Result<Chapter, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if text.len() > CHAPTER_BYTES {
        return Err(format!("longer than {CHAPTER_BYTES} bytes: make two chapters of it"));
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let address = name_of(stem).ok_or("a chapter is named <number>-<address>.md")?;
    let mut reading = Reading {
        pictures,
        links: Vec::new(),
        headings: Vec::new(),
        anchors: BTreeSet::new(),
    };
    let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::ENABLE_TABLES).collect();
    let (title, rest) = reading.title(&events)?;
    let lead = plain(until(rest, &TagEnd::Paragraph));
    if !matches!(rest.first(), Some(Event::Start(Tag::Paragraph))) || lead.is_empty() {
        return Err("after its title comes a paragraph that says what the chapter is about".to_owned());
    }
    let mut made = Vec::new();
    let mut at = 0;
    while let Some(event) = rest.get(at) {
        at += reading.take(rest.get(at..).unwrap_or_default(), event, &mut made)?;
    }
    let mut out = String::new();
    html::push_html(&mut out, made.into_iter());
    let Reading { headings, anchors, links, .. } = reading;
    Ok(Chapter {
        address: address.to_owned(),
        title,
        lead,
        headings,
        anchors,
        html: out,
        links,
    })
}

/// `2-het-scherm` is `het-scherm`.
fn name_of(stem: &str) -> Option<&str> {
    let (number, name) = stem.split_once('-')?;
    let good = number.parse::<u8>().is_ok() && name.chars().all(|one| one.is_ascii_lowercase() || one == '-');
    (good && !name.is_empty()).then_some(name)
}

struct Reading<'a> {
    pictures: &'a BTreeMap<String, String>,
    links: Vec<(String, String)>,
    headings: Vec<(String, String)>,
    anchors: BTreeSet<String>,
}

impl Reading<'_> {
    fn title<'e, 't>(&self, events: &'e [Event<'t>]) -> Result<(String, &'e [Event<'t>]), String> {
        match events.first() {
            Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })) => {
                let inside = until(events, &TagEnd::Heading(HeadingLevel::H1));
                Ok((plain(inside), events.get(inside.len() + 1..).unwrap_or_default()))
            }
            _ => Err("a chapter begins with its title".to_owned()),
        }
    }

    /// What one event becomes; gives how many events that took.
    fn take<'t>(
        &mut self,
        ahead: &[Event<'t>],
        event: &Event<'t>,
        made: &mut Vec<Event<'t>>,
    ) -> Result<usize, String> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => return Err(format!("no HTML here: {text}")),
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                return Err("one title, and headings of the second and third level".to_owned());
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let words = plain(until(ahead, &TagEnd::Heading(*level)));
                let anchor = anchor_of(&words);
                if !self.anchors.insert(anchor.clone()) {
                    return Err(format!("two headings “{words}”"));
                }
                made.push(Event::InlineHtml(format!("<{level} id=\"{anchor}\">").into()));
                if *level == HeadingLevel::H2 {
                    self.headings.push((anchor, words));
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                made.push(Event::InlineHtml(format!("</{level}>\n").into()));
            }
            Event::Code(key) => made.push(Event::InlineHtml(format!("<kbd>{}</kbd>", escaped(key)).into())),
            Event::Start(Tag::Table(_)) => {
                made.push(Event::InlineHtml("<div class=\"table-wrap\">".into()));
                made.push(event.clone());
            }
            Event::End(TagEnd::Table) => made.extend([event.clone(), Event::InlineHtml("</div>".into())]),
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id }) => {
                let dest_url = self.link(dest_url)?;
                made.push(Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url,
                    title: title.clone(),
                    id: id.clone(),
                }));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let inside = until(ahead, &TagEnd::Image);
                made.push(Event::InlineHtml(self.picture(dest_url, &plain(inside))?.into()));
                return Ok(inside.len() + 1);
            }
            other => made.push(other.clone()),
        }
        Ok(1)
    }

    /// A link to another chapter, or to a page of Gehoor.
    fn link<'t>(&mut self, to: &CowStr<'t>) -> Result<CowStr<'t>, String> {
        if to.starts_with('/') {
            return Ok(to.clone());
        }
        let (file, anchor) = to.split_once('#').unwrap_or((to, ""));
        let address = match file {
            "" => "",
            file => file
                .strip_suffix(".md")
                .and_then(name_of)
                .ok_or_else(|| format!("a link to {to}: a chapter, a heading or a page of Gehoor"))?,
        };
        self.links.push((address.to_owned(), anchor.to_owned()));
        let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
        Ok(if address.is_empty() {
            anchor
        } else {
            format!("/handleiding/{address}{anchor}")
        }
        .into())
    }

    fn picture(&self, file: &str, description: &str) -> Result<String, String> {
        if description.chars().count() < 20 {
            return Err(format!("{file}: say in words what the picture shows"));
        }
        let name = file.strip_prefix("pictures/").unwrap_or(file);
        let served = self.pictures.get(name).ok_or_else(|| {
            format!("the picture {file} is not there; tests/browser/manual.test.mjs makes them")
        })?;
        let description = escaped(description);
        Ok(format!(
            "<img class=\"manual__picture\" src=\"{served}\" alt=\"{description}\" loading=\"lazy\">"
        ))
    }
}

/// The events from the first, which begins something, to its end.
fn until<'e, 't>(events: &'e [Event<'t>], end: &TagEnd) -> &'e [Event<'t>] {
    let length = events.iter().position(|event| matches!(event, Event::End(found) if found == end));
    events.get(..length.unwrap_or(events.len())).unwrap_or_default()
}

fn plain(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// `Wat de standen betekenen` is `wat-de-standen-betekenen`.
fn anchor_of(words: &str) -> String {
    let mut anchor = String::new();
    for one in words.chars().flat_map(char::to_lowercase) {
        match one {
            'a'..='z' | '0'..='9' => anchor.push(one),
            'é' | 'è' | 'ë' | 'ê' => anchor.push('e'),
            'ï' => anchor.push('i'),
            _ if anchor.ends_with('-') || anchor.is_empty() => {}
            _ => anchor.push('-'),
        }
    }
    anchor.trim_end_matches('-').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
