//! `gehoor eval search DOCUMENTS QUESTIONS`: every document through the analysis of the search, every question ranked
//! over all of them as the search ranks what it found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use analysis::search::{Document, Searched, Statistics, parse};
use clap::Args;
use domain::search::QUERY_CHARACTERS;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::say;

/// Places that count.
const PLACES: usize = 10;
/// Documents, or questions, of one file at most.
const LINES: usize = 1_000_000;

/// Questions whose answer is known, asked of the search.
///
/// DOCUMENTS holds a JSON line for each document: its "id" and its text as "answer", "text" or "document". QUESTIONS
/// holds a line for each question: its "question" and, as "relevant", the ids of the documents that answer it; without
/// those, the document with the question's own id does. Both may be one file. Prints one JSON line: mean reciprocal rank
/// and nDCG over the first ten places, how often the first place was right, and how long a question took.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor eval search faq.jsonl faq.jsonl\n  gehoor eval search documents.jsonl questions.jsonl --predictions ranked.ndjson"
)]
pub struct SearchEval {
    /// What is searched
    #[arg(value_name = "DOCUMENTS")]
    documents: PathBuf,
    /// What is asked
    #[arg(value_name = "QUESTIONS")]
    questions: PathBuf,
    /// Also write the first ten documents of each question, a JSON line each
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
}

#[derive(Deserialize)]
struct DocumentLine {
    id: Value,
    #[serde(alias = "text", alias = "document", alias = "body")]
    answer: String,
}

#[derive(Deserialize)]
struct QuestionLine {
    #[serde(default)]
    id: Value,
    #[serde(alias = "query", alias = "text")]
    question: String,
    #[serde(default, alias = "documents", alias = "document_id", alias = "documentId")]
    relevant: Value,
}

/// Sums over questions.
#[derive(Default)]
struct Sums {
    questions: u32,
    reciprocal: f64,
    gain: f64,
    first: u32,
    millis: Vec<f64>,
}

/// Scores and prints.
pub fn run(command: &SearchEval) -> Result<(), String> {
    let documents: Vec<DocumentLine> = lines(&command.documents)?;
    let questions: Vec<QuestionLine> = lines(&command.questions)?;
    let ids: Vec<String> = documents.iter().map(|document| name(&document.id)).collect();
    let counted: Vec<Document> =
        documents.iter().map(|document| Document::of(&Searched::new(&document.answer))).collect();
    let among = Statistics::over(&counted);
    let (mut sums, mut predictions) = (Sums::default(), Vec::new());
    for (line, question) in questions.iter().enumerate() {
        let begun = Instant::now();
        let ranked = ranked(&question.question, &counted, &among);
        sums.millis.push(begun.elapsed().as_secs_f64() * 1000.0);
        let found: Vec<&str> = ranked.iter().map(|place| ids[*place].as_str()).collect();
        sums.add(&found, &relevant(question));
        let id = if question.id.is_null() { json!(line + 1) } else { question.id.clone() };
        predictions.push(json!({ "id": id, "ranking": found }));
    }
    if sums.questions == 0 {
        return Err(format!("{}: there is no question", command.questions.display()));
    }
    if let Some(file) = &command.predictions {
        super::write_lines(file, &predictions)?;
    }
    say::result(sums.figures().to_string());
    Ok(())
}

/// The documents that fit best, the best first.
fn ranked(question: &str, documents: &[Document], among: &Statistics) -> Vec<usize> {
    let Ok(query) = parse(domain::limits::cut(question, QUERY_CHARACTERS)) else {
        return Vec::new();
    };
    let scores = documents.iter().map(|document| document.score(&query, among)).enumerate();
    let mut scored: Vec<(usize, f64)> = scores.filter(|(_, score)| *score > 0.0).collect();
    scored
        .sort_by(|(place, score), (other_place, other)| other.total_cmp(score).then(place.cmp(other_place)));
    scored.into_iter().take(PLACES).map(|(place, _)| place).collect()
}

fn relevant(question: &QuestionLine) -> BTreeSet<String> {
    match &question.relevant {
        Value::Null => BTreeSet::from([name(&question.id)]),
        Value::Array(several) => several.iter().map(name).collect(),
        one => BTreeSet::from([name(one)]),
    }
}

/// An id as text, whether it was written as text or number.
fn name(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn lines<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Vec<T>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).take(LINES);
    filled
        .map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|error| format!("{}, line {}: {error}", file.display(), number + 1))
        })
        .collect()
}

impl Sums {
    fn add(&mut self, found: &[&str], relevant: &BTreeSet<String>) {
        self.questions += 1;
        let gain = |place: u32| 1.0 / f64::from(place + 2).log2();
        let places = (0_u32..).zip(found).filter(|(_, id)| relevant.contains(**id)).map(|(place, _)| place);
        let places: Vec<u32> = places.collect();
        if let Some(first) = places.first() {
            self.reciprocal += 1.0 / f64::from(first + 1);
            self.first += u32::from(*first == 0);
        }
        let ideal: f64 = (0_u32..).take(relevant.len().clamp(1, PLACES)).map(gain).sum();
        self.gain += places.iter().copied().map(gain).sum::<f64>() / ideal;
    }

    fn figures(&mut self) -> Value {
        let mean = |sum: f64| (sum / f64::from(self.questions) * 10_000.0).round() / 10_000.0;
        self.millis.sort_by(f64::total_cmp);
        let place = self.millis.len().saturating_mul(99) / 100;
        let p99 = self
            .millis
            .get(place.min(self.millis.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default();
        json!({
            "mrr10": mean(self.reciprocal),
            "ndcg10": mean(self.gain),
            "hit1": mean(f64::from(self.first)),
            "queries": self.questions,
            "p99Millis": (p99 * 1000.0).round() / 1000.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_books() {
        let mut sums = Sums::default();
        let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
        sums.add(&["a", "b"], &of(&["a"]));
        sums.add(&["a", "b"], &of(&["b"]));
        sums.add(&["a"], &of(&["c"]));
        let figures = sums.figures();
        assert_eq!((figures["mrr10"].as_f64(), figures["hit1"].as_f64()), (Some(0.5), Some(0.3333)));
        assert_eq!(figures["ndcg10"].as_f64(), Some(0.5436));
        assert_eq!(figures["queries"], 3);
    }

    #[test]
    fn a_question_is_answered_by_what_is_about_it() {
        let texts = [
            "Een paspoort kost geld.",
            "De containers worden op maandag geleegd.",
            "Parkeren in de stad.",
        ];
        let documents: Vec<_> = texts.iter().map(|text| Document::of(&Searched::new(text))).collect();
        let among = Statistics::over(&documents);
        assert_eq!(ranked("Wanneer wordt mijn afvalcontainer geleegd?", &documents, &among), [1]);
        assert_eq!(ranked("?", &documents, &among), Vec::<usize>::new());
    }
}
