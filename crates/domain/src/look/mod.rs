//! How a municipality looks: its brand colour, its logo, the host names that it is known by. What an administrator gives is
//! as hostile as any other input: a colour becomes part of a stylesheet, and a logo is served to everybody.

mod hosts;
mod logo;
mod png;
mod svg;

pub use hosts::{HOSTS_MAX, host_name};
pub use logo::{LOGO_BYTES, Logo, LogoKind, LogoRef, LogoRefused};

use std::fmt;
use std::str::FromStr;

/// A brand colour, "#14606e".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brand([u8; 3]);

/// A text that is no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as #rrggbb, for example #14606e")]
pub struct NoColour;

impl Brand {
    /// The six digits without the sign before them.
    #[must_use]
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

impl FromStr for Brand {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').ok_or(NoColour)?;
        let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !plain {
            return Err(NoColour);
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| NoColour)?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

/// How a municipality looks; what is empty is Gehoor's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The one colour from which the others are derived.
    pub brand: Option<Brand>,
    /// Its logo, by name: the content is asked for by that.
    pub logo: Option<LogoRef>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_is_six_digits_and_nothing_that_could_end_a_declaration() {
        for (text, shown) in [("#14606e", "#14606e"), ("#8CC63F", "#8cc63f"), ("#000000", "#000000")] {
            assert_eq!(text.parse::<Brand>().map(|brand| brand.to_string()), Ok(shown.to_owned()));
        }
        for text in [
            "",
            "#",
            "14606e",
            "#fff",
            "#14606",
            "#14606e0",
            "#14606g",
            "#+4606e",
            "red",
            "#14606e;}*{",
            "#１4606",
        ] {
            assert_eq!(text.parse::<Brand>(), Err(NoColour), "{text}");
        }
    }
}
