//! What somebody logged in with, in words that its owner recognises. Only the family of the browser and of the system is
//! kept: enough to tell one's own telephone from a stranger's, and nothing that tells one stranger from another.

use std::fmt;

macro_rules! families {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $shown:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// One that we do not know.
            Other,
        }

        impl $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)* Self::Other];

            /// The word in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* Self::Other => "other" }
            }

            /// The name that its maker gave it; `None` for one that we do not know.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self { $(Self::$variant => Some($shown),)* Self::Other => None }
            }

            fn read(text: &str) -> Self {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).unwrap_or(Self::Other)
            }
        }
    };
}

families! {
    /// The family of a browser.
    Browser {
        /// Of Mozilla.
        Firefox = "firefox", "Firefox";
        /// Of Microsoft.
        Edge = "edge", "Edge";
        /// Opera.
        Opera = "opera", "Opera";
        /// Samsung's.
        Samsung = "samsung", "Samsung Internet";
        /// Of Google, and what is built on it without a name of its own.
        Chrome = "chrome", "Chrome";
        /// Of Apple.
        Safari = "safari", "Safari";
    }
}

families! {
    /// The family of a system.
    System {
        /// A telephone or tablet with Android.
        Android = "android", "Android";
        /// A telephone of Apple.
        Iphone = "iphone", "iPhone";
        /// A tablet of Apple.
        Ipad = "ipad", "iPad";
        /// Windows.
        Windows = "windows", "Windows";
        /// A computer of Apple.
        Mac = "mac", "Mac";
        /// ChromeOS.
        ChromeOs = "chrome_os", "ChromeOS";
        /// Linux.
        Linux = "linux", "Linux";
    }
}

/// What somebody logged in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// The browser.
    pub browser: Browser,
    /// The system under it.
    pub system: System,
}

impl Device {
    /// Nobody told.
    pub const UNKNOWN: Self = Self { browser: Browser::Other, system: System::Other };

    /// What a `User-Agent` says of itself. Any text will do; of one that lies, only its own session tells the lie.
    #[must_use]
    pub fn of_user_agent(text: &str) -> Self {
        let text = crate::limits::cut(text, 500);
        let has = |word: &str| text.contains(word);
        // The order matters: nearly everybody also calls itself Safari, and Edge calls itself Chrome.
        let browser = if has("Firefox/") || has("FxiOS/") {
            Browser::Firefox
        } else if has("Edg/") || has("EdgA/") || has("EdgiOS/") {
            Browser::Edge
        } else if has("OPR/") {
            Browser::Opera
        } else if has("SamsungBrowser/") {
            Browser::Samsung
        } else if has("Chrome/") || has("CriOS/") {
            Browser::Chrome
        } else if has("Safari/") {
            Browser::Safari
        } else {
            Browser::Other
        };
        let system = if has("Android") {
            System::Android
        } else if has("iPhone") {
            System::Iphone
        } else if has("iPad") {
            System::Ipad
        } else if has("Windows") {
            System::Windows
        } else if has("Macintosh") {
            System::Mac
        } else if has("CrOS") {
            System::ChromeOs
        } else if has("Linux") {
            System::Linux
        } else {
            System::Other
        };
        Self { browser, system }
    }
}

/// As it stands in the database: `firefox/windows`.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.browser.as_str(), self.system.as_str())
    }
}

impl std::str::FromStr for Device {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (browser, system) = text.split_once('/').unwrap_or_default();
        Ok(Self {
            browser: Browser::read(browser),
            system: System::read(system),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_told_as_its_owner_knows_it() {
        let check = |text: &str, expected: &str| {
            let device = Device::of_user_agent(text);
            assert_eq!(device.to_string(), expected, "{text}");
            assert_eq!(device.to_string().parse(), Ok(device));
        };
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0",
            "firefox/windows",
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 \
             Safari/537.36 Edg/143.0.0.0",
            "edge/windows",
        );
        check(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile \
             Safari/537.36",
            "chrome/android",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/26.0 Mobile/15E148 Safari/604.1",
            "safari/iphone",
        );
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox/linux");
        check("<script>alert(1)</script>", "other/other");
        check("", "other/other");
        assert_eq!("nonsense".parse(), Ok(Device::UNKNOWN));
    }
}
