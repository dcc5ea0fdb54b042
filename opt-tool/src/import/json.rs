//! JSON objects with messages that name the field and both values.

use crate::import::Error;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    collections::HashSet,
    fmt::{self, Formatter},
    path::Path,
};

/// The largest size or count that is believed: tokens are 32-bit integers, and
/// so are the shapes of most targets.
const LARGEST: u64 = i32::MAX as u64;

/// The fields of a JSON object in a file. A field that is absent takes its
/// default; one of the wrong type or value is an error.
pub struct Fields<'a> {
    file: &'a Path,
    fields: Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Reads the object that is the whole contents of `file`.
    pub fn read(file: &'a Path) -> Result<Self, Error> {
        let text = std::fs::read(file).map_err(|error| Error::input(file, error.to_string()))?;
        let value = serde_json::from_slice(&text)
            .map_err(|error| Error::input(file, format!("expected JSON, but got {error}")))?;
        match value {
            Value::Object(fields) => Ok(Self { file, fields }),
            other => Err(Error::input(
                file,
                format!("expected a JSON object, but got {other}"),
            )),
        }
    }

    /// The field as it stands, with `null` as absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// An integer from 1 to 2³¹ − 1. `null` takes the default too.
    pub fn size(&self, name: &str, default: usize) -> Result<usize, Error> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value
            .as_u64()
            .filter(|size| (1..=LARGEST).contains(size))
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| self.expected(name, &format!("to be an integer from 1 to {LARGEST}")))
    }

    /// A finite number above 0.
    pub fn positive(&self, name: &str, default: f64) -> Result<f64, Error> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value
            .as_f64()
            .filter(|number| number.is_finite() && *number > 0.0)
            .ok_or_else(|| self.expected(name, "to be a number above 0"))
    }

    /// A Boolean.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Error> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value
            .as_bool()
            .ok_or_else(|| self.expected(name, "to be true or false"))
    }

    /// An id of a token below `vocabulary`, when the field is there.
    pub fn token(&self, name: &str, vocabulary: usize) -> Result<Option<usize>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value
            .as_u64()
            .and_then(|token| usize::try_from(token).ok())
            .filter(|token| *token < vocabulary)
            .map(Some)
            .ok_or_else(|| self.expected(name, &format!("to be an integer below {vocabulary}")))
    }

    /// Fails unless the field, when it is there, is one of the strings.
    pub fn one_of(&self, name: &str, allowed: &[&str]) -> Result<(), Error> {
        match self.get(name) {
            None => Ok(()),
            Some(Value::String(value)) if allowed.contains(&value.as_str()) => Ok(()),
            Some(_) => {
                let allowed = allowed.iter().map(|value| format!("{value:?}"));
                Err(self.expected(name, &allowed.collect::<Vec<_>>().join(" or ")))
            }
        }
    }

    /// The error `expected NAME WHAT, but got VALUE`.
    pub fn expected(&self, name: &str, what: &str) -> Error {
        let got = match self.fields.get(name) {
            Some(value) => value.to_string(),
            None => "none".to_owned(),
        };
        self.error(format!("expected {name} {what}, but got {got}"))
    }

    /// An error about this file.
    pub fn error(&self, message: String) -> Error {
        Error::input(self.file, message)
    }
}

/// The first key that a JSON object has twice. serde keeps the last of the two
/// values and says nothing.
pub fn duplicate_key(object: &[u8]) -> Result<Option<String>, serde_json::Error> {
    struct Keys;

    impl<'de> Visitor<'de> for Keys {
        type Value = Option<String>;

        fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut seen = HashSet::new();
            let mut duplicate = None;
            while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                if duplicate.is_none() && seen.contains(&key) {
                    duplicate = Some(key);
                } else {
                    seen.insert(key);
                }
            }
            Ok(duplicate)
        }
    }

    serde_json::Deserializer::from_slice(object).deserialize_map(Keys)
}
