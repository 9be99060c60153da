//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key with an id, bound to the row and column they stand in,
//! so that a ciphertext copied to another row or municipality does not open (T8, K3).

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

const NONCE: usize = 24;

/// The keys of an installation: the first seals, all of them open.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<Vec<Key>>,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// A key file that is none, or a sealed value that does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is no key file.
    #[error("line {line} of the key file is not \"ID BASE64\" with 32 bytes: {reason}")]
    NotAKeyFile {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no key in it.
    #[error("the key file holds no key")]
    NoKey,
    /// Sealed with a key that we do not have.
    #[error("it was sealed with key {0}, which is not in the key file")]
    OtherKey(String),
    /// It was changed, or stood elsewhere.
    #[error("the sealed value does not open: it was changed, or belongs to another row")]
    Damaged,
    /// The system gave no randomness.
    #[error("the system gave no randomness")]
    NoRandomness,
}

/// A sealed value with the id of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl KeyRing {
    /// Reads a key file: a line `ID BASE64` per key, the one that seals first; `#` begins a remark.
    ///
    /// # Errors
    /// [`SealError::NotAKeyFile`] with the line, or [`SealError::NoKey`].
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let wrong = |reason| SealError::NotAKeyFile { line: line_number, reason };
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (id, encoded) =
                line.split_once(char::is_whitespace).ok_or(wrong("one of the two is missing"))?;
            let bytes = STANDARD.decode(encoded.trim()).map_err(|_| wrong("the second part is no base64"))?;
            let cipher =
                XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| wrong("a key has 32 bytes"))?;
            if bytes.iter().all(|byte| *byte == 0) {
                return Err(wrong("a key of zeros protects nothing"));
            }
            keys.push(Key { id: id.to_owned(), cipher });
        }
        if keys.is_empty() {
            Err(SealError::NoKey)
        } else {
            Ok(Self { keys: Arc::new(keys) })
        }
    }

    /// The text of a key file with one new key.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn generate() -> Result<String, SealError> {
        let mut bytes = [0_u8; 36];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        let (id, key) = bytes.split_at(4);
        Ok(format!(
            "# Gehoor's key. Who has this file and a copy of the database can read its secrets; who loses it loses them.\n\
             # Keep a copy apart from the backups.\nk-{} {}\n",
            hex::encode(id),
            STANDARD.encode(key)
        ))
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn sealing_key(&self) -> &str {
        self.keys.first().map_or("", |key| key.id.as_str())
    }

    /// The ids of all keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Seals `plain` for the place that `bound_to` names.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, bound_to: &str, plain: &[u8]) -> Result<Sealed, SealError> {
        let key = self.keys.first().ok_or(SealError::NoKey)?;
        let mut bytes = vec![0_u8; NONCE];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        let nonce = XNonce::try_from(bytes.as_slice()).map_err(|_| SealError::Damaged)?;
        let payload = Payload { msg: plain, aad: bound_to.as_bytes() };
        let sealed = key.cipher.encrypt(&nonce, payload).map_err(|_| SealError::Damaged)?;
        bytes.extend_from_slice(&sealed);
        Ok(Sealed { key_id: key.id.clone(), bytes })
    }

    /// Opens what was sealed for the place that `bound_to` names.
    ///
    /// # Errors
    /// [`SealError::OtherKey`], or [`SealError::Damaged`] when it was changed or copied here from elsewhere.
    pub fn open(&self, bound_to: &str, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let key = self.keys.iter().find(|key| key.id == sealed.key_id);
        let key = key.ok_or_else(|| SealError::OtherKey(sealed.key_id.clone()))?;
        let (nonce, ciphertext) = sealed.bytes.split_at_checked(NONCE).ok_or(SealError::Damaged)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| SealError::Damaged)?;
        let payload = Payload { msg: ciphertext, aad: bound_to.as_bytes() };
        key.cipher.decrypt(&nonce, payload).map_err(|_| SealError::Damaged)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> KeyRing {
        KeyRing::parse(&KeyRing::generate().expect("randomness")).expect("its own key file")
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let keys = ring();
        let sealed = keys.seal("zwanendam/secret/wa-main/token", b"geheim").expect("sealed");
        assert_eq!(keys.open("zwanendam/secret/wa-main/token", &sealed), Ok(b"geheim".to_vec()));
        assert_eq!(keys.open("lindeveld/secret/wa-main/token", &sealed), Err(SealError::Damaged));
        assert!(!sealed.bytes.windows(6).any(|window| window == b"geheim"));
        let mut bent = sealed.clone();
        bent.bytes[30] ^= 1;
        assert_eq!(keys.open("zwanendam/secret/wa-main/token", &bent), Err(SealError::Damaged));
        assert!(matches!(ring().open("x", &sealed), Err(SealError::OtherKey(_))));
    }

    #[test]
    fn a_key_file_says_which_line_is_wrong() {
        assert_eq!(KeyRing::parse("# leeg\n\n").err(), Some(SealError::NoKey));
        let wrong = KeyRing::parse("# goed\nk-1 AAAA\n").err();
        assert!(matches!(wrong, Some(SealError::NotAKeyFile { line: 2, .. })));
        assert!(!format!("{:?}", ring()).contains('='));
    }
}
