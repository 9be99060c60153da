//! Pieces that pages share. A folder each: the view value, its template, its colours and sizes, its examples, and a
//! README with what must be true. A template decides nothing: the value is ready to be shown.

pub(crate) mod attachment;
pub(crate) mod banner;
pub(crate) mod composer;
pub(crate) mod conversation_row;
pub(crate) mod field;
pub(crate) mod held;
pub(crate) mod list_filters;
pub(crate) mod log_line;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod severity;

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::{
        attachment, banner, composer, conversation_row, field, held, list_filters, log_line, message, notice,
        severity,
    };
    use crate::words::{Language, Words};

    fn rendered(w: Words) -> Vec<String> {
        let mut all = Vec::new();
        let mut add =
            |template: &dyn askama::DynTemplate| all.push(template.dyn_render().expect("it renders"));
        attachment::examples::all(w).iter().for_each(|one| add(one));
        field::examples::all(w).iter().for_each(|one| add(one));
        held::examples::all(w).iter().for_each(|one| add(one));
        composer::examples::all(w).iter().for_each(|one| add(one));
        conversation_row::examples::all(w).iter().for_each(|one| add(one));
        list_filters::examples::all(w).iter().for_each(|one| add(one));
        log_line::examples::all(w).iter().for_each(|one| add(one));
        message::examples::all(w).iter().for_each(|one| add(one));
        notice::examples::all(w).iter().for_each(|one| add(one));
        banner::examples::all(w).iter().for_each(|one| add(one));
        severity::examples::all(w).iter().for_each(|one| add(one));
        all
    }

    #[test]
    fn every_example_can_be_shown_in_both_languages_and_is_not_the_same_in_both() {
        let (dutch, english) = (rendered(Words::of(Language::Nl)), rendered(Words::of(Language::En)));
        assert_eq!(dutch.len(), english.len());
        for (dutch, english) in dutch.iter().zip(&english) {
            assert_ne!(dutch, english);
        }
    }

    #[test]
    fn what_somebody_writes_is_shown_as_text_and_never_becomes_markup() {
        for html in rendered(Words::of(Language::Nl)) {
            for forbidden in ["<script", "<img src=x", "onerror=\"", "style=\"", "javascript:alert(1)\""] {
                assert!(!html.contains(forbidden), "{forbidden} in {html}");
            }
        }
        let example = message::examples::hostile(Words::of(Language::Nl));
        let html = Template::render(&example).expect("it renders");
        assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
    }
}
