//! Dutch, as far as a search must know it. Other languages pass through unharmed: their words are folded, and a Dutch
//! ending is cut off them on both sides alike.

mod compounds;
mod fold;
mod stem;
mod stop_words;
mod words;

pub use compounds::parts;
pub use fold::fold;
pub use stem::stem;
pub use stop_words::is_stop_word;
pub use words::{WORD_CHARACTERS, Word, words};
