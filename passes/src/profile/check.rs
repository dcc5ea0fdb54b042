//! Which profiles make sense.

use super::Profile;
use crate::cost::Kind;

/// Says what of a profile makes no sense.
pub fn check(profile: &Profile) -> Result<(), String> {
    let positive = |what: String, value: f64| {
        if value.is_finite() && value > 0.0 {
            return Ok(());
        }
        Err(format!(
            "expected {what} to be a number above 0, but got {value}"
        ))
    };
    let not_negative = |what: &str, value: f64| {
        if value.is_finite() && value >= 0.0 {
            return Ok(());
        }
        Err(format!(
            "expected {what} to be a number of at least 0, but got {value}"
        ))
    };
    if profile.name.is_empty() {
        return Err("expected a name of the profile, but got an empty one".into());
    }
    if let Some(units) = &profile.units {
        positive("units.count".into(), units.count)?;
        positive("units.bytes".into(), units.bytes)?;
    }
    not_negative("launch", profile.launch)?;
    not_negative("step", profile.step)?;
    not_negative("link.latency", profile.link.latency)?;
    positive("link.bandwidth".into(), profile.link.bandwidth)?;
    if profile.memory.is_empty() {
        return Err("expected at least one memory, but got none".into());
    }
    for memory in &profile.memory {
        positive(format!("bytes of memory {}", memory.name), memory.bytes)?;
        positive(
            format!("bandwidth of memory {}", memory.name),
            memory.bandwidth,
        )?;
    }
    for pair in profile.memory.windows(2) {
        if pair[0].bytes > pair[1].bytes {
            return Err(format!(
                "expected the memories from the smallest to the largest, but got {} before {}",
                pair[0].name, pair[1].name
            ));
        }
    }
    let known = Kind::ALL.map(Kind::keyword);
    for (number, kernel) in profile.kernels.iter().enumerate() {
        if profile.kernels[..number]
            .iter()
            .any(|other| other.name == kernel.name)
        {
            return Err(format!(
                "expected kernels of different names, but got {} twice",
                kernel.name
            ));
        }
        if kernel.rates.is_empty() {
            return Err(format!(
                "expected rates of kernel {}, but got none",
                kernel.name
            ));
        }
        for (kind, &rate) in &kernel.rates {
            if !known.contains(&kind.as_str()) {
                return Err(format!(
                    "expected the rates of kernel {} to be of {}, but got {kind}",
                    kernel.name,
                    known.join(", ")
                ));
            }
            positive(format!("rate {kind} of kernel {}", kernel.name), rate)?;
        }
        let computes = |kinds: &[Kind]| kinds.iter().any(|&kind| kernel.rate(kind).is_some());
        if computes(&[Kind::TernaryInteger, Kind::TernaryFloat]) && kernel.storage.is_none() {
            return Err(format!(
                "expected storage of kernel {}, which reads ternary weights, but got none",
                kernel.name
            ));
        }
        if computes(&[Kind::State]) && kernel.chunk.is_none() {
            return Err(format!(
                "expected chunk of kernel {}, which computes recurrences, but got none",
                kernel.name
            ));
        }
        for tile in &kernel.tiles {
            if profile.units.is_none() {
                return Err(format!(
                    "expected units for the tiles of kernel {}, but got none",
                    kernel.name
                ));
            }
            let count = if kernel.storage.is_some() { 3 } else { 1 };
            if tile.len() != count || tile.iter().any(|&size| size < 1) {
                return Err(format!(
                    "expected tiles of kernel {} to have {count} sizes of at least 1, but got \
                     {tile:?}",
                    kernel.name
                ));
            }
        }
        if let Some(chunk) = kernel.chunk.filter(|&chunk| chunk < 0) {
            return Err(format!(
                "expected chunk of kernel {} to be at least 0, but got {chunk}",
                kernel.name
            ));
        }
    }
    let has = |kind: Kind| profile.kernels_for(kind).next().is_some();
    for kind in [
        Kind::Arithmetic,
        Kind::Function,
        Kind::TernaryInteger,
        Kind::TernaryFloat,
    ] {
        if !has(kind) {
            return Err(format!(
                "expected a kernel with a rate of {}, but got none",
                kind.keyword()
            ));
        }
    }
    if !has(Kind::State) {
        return Err("expected a kernel with a rate of state, but got none".into());
    }
    Ok(())
}
