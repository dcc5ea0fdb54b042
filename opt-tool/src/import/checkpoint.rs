//! Checkpoints in safetensors form: one file, or shards with an index.

use crate::import::{
    Error,
    json::{Fields, duplicate_key},
    tensor::Tensor,
};
use ods_bridge::MappedFile;
use safetensors::tensor::{Metadata, TensorInfo};
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    ops::Range,
    path::{Path, PathBuf},
};

const SINGLE_FILE: &str = "model.safetensors";
const INDEX_FILE: &str = "model.safetensors.index.json";

/// The tensors of a checkpoint, mapped from its files.
#[derive(Debug)]
pub struct Checkpoint {
    shards: Vec<Shard>,
    /// Where each tensor is: a shard, and its entry in that shard's header.
    tensors: BTreeMap<String, (usize, Entry)>,
    /// The file that lists every tensor.
    listing: PathBuf,
}

#[derive(Debug)]
struct Shard {
    file: PathBuf,
    bytes: MappedFile,
}

/// A tensor as its shard's header describes it, its bytes counted from the
/// start of the file.
#[derive(Debug)]
struct Entry {
    info: TensorInfo,
    bytes: Range<usize>,
}

impl Checkpoint {
    /// Opens `model.safetensors` of `directory`, or the shards that
    /// `model.safetensors.index.json` names.
    ///
    /// # Errors
    ///
    /// When neither is there, a file cannot be read or is not a whole
    /// safetensors file, or the index and the shards do not agree.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        let single = directory.join(SINGLE_FILE);
        let index = directory.join(INDEX_FILE);
        if single.is_file() {
            Self::open_single(single)
        } else if index.is_file() {
            Self::open_sharded(directory, index)
        } else {
            let got = std::fs::read_dir(directory)
                .map_err(|error| Error::input(directory, error.to_string()))?
                .filter_map(Result::ok)
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .find(|name| name.ends_with(".bin") || name.ends_with(".safetensors"))
                .unwrap_or_else(|| "neither".to_owned());
            Err(Error::input(
                directory,
                format!("expected {SINGLE_FILE} or {INDEX_FILE}, but got {got}"),
            ))
        }
    }

    fn open_single(file: PathBuf) -> Result<Self, Error> {
        let (shard, entries) = Shard::open(file.clone())?;
        Ok(Self {
            shards: vec![shard],
            tensors: entries
                .into_iter()
                .map(|(name, entry)| (name, (0, entry)))
                .collect(),
            listing: file,
        })
    }

    fn open_sharded(directory: &Path, index: PathBuf) -> Result<Self, Error> {
        let mut shards = Vec::new();
        let mut tensors = BTreeMap::<String, (usize, Entry)>::new();
        let weight_map = read_weight_map(&index)?;
        let mut names = weight_map.values().collect::<Vec<_>>();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let (shard, entries) = Shard::open(directory.join(name))?;
            for (tensor, entry) in entries {
                if weight_map.get(&tensor) != Some(name) {
                    return Err(Error::input(
                        &index,
                        match weight_map.get(&tensor) {
                            Some(other) => {
                                format!("expected {tensor} in {other} only, but got one in {name}")
                            }
                            None => {
                                format!("expected an entry for {tensor} of {name}, but got none")
                            }
                        },
                    ));
                }
                tensors.insert(tensor, (shards.len(), entry));
            }
            shards.push(shard);
        }
        if let Some((tensor, shard)) = weight_map
            .iter()
            .find(|(tensor, _)| !tensors.contains_key(*tensor))
        {
            return Err(Error::input(
                &directory.join(shard),
                format!("expected tensor {tensor} as the index says, but got none of that name"),
            ));
        }
        Ok(Self {
            shards,
            tensors,
            listing: index,
        })
    }

    /// The names of the tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The bytes that all tensors take.
    pub fn size(&self) -> usize {
        self.tensors
            .values()
            .map(|(_, entry)| entry.bytes.len())
            .sum()
    }

    /// The float tensor `name`, which must have that shape.
    ///
    /// # Errors
    ///
    /// When there is no such tensor, or it has another shape or an element
    /// type other than F16, BF16, F32 and F64.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor<'_>, Error> {
        let Some((name, (shard, entry))) = self.tensors.get_key_value(name) else {
            return Err(Error::input(
                &self.listing,
                format!("expected tensor {name}, but got none of that name"),
            ));
        };
        let shard = &self.shards[*shard];
        if entry.info.shape != shape {
            return Err(Error::input(
                &shard.file,
                format!(
                    "expected {name} of shape {shape:?}, but got {:?}",
                    entry.info.shape
                ),
            ));
        }
        Tensor::new(
            &shard.file,
            name,
            entry.info.dtype,
            &entry.info.shape,
            &shard.bytes[entry.bytes.clone()],
        )
    }

    /// The error that `name`, which the checkpoint has, has no place in it.
    pub fn unexpected(&self, name: &str) -> Error {
        let (file, shape) = match self.tensors.get(name) {
            Some((shard, entry)) => (&self.shards[*shard].file, entry.info.shape.as_slice()),
            None => (&self.listing, &[][..]),
        };
        Error::input(
            file,
            format!("expected no tensor {name}, but got one of shape {shape:?}"),
        )
    }
}

/// The name of the file of each tensor.
fn read_weight_map(index: &Path) -> Result<HashMap<String, String>, Error> {
    let fields = Fields::read(index)?;
    let map = fields
        .get("weight_map")
        .and_then(|map| map.as_object())
        .ok_or_else(|| fields.expected("weight_map", "to be an object"))?;
    map.iter()
        .map(|(tensor, file)| {
            // A name with a folder in it could lead out of the checkpoint.
            match file.as_str() {
                Some(file) if Path::new(file).file_name() == Some(file.as_ref()) => {
                    Ok((tensor.clone(), file.to_owned()))
                }
                _ => Err(fields.error(format!(
                    "expected weight_map to give a file name for {tensor}, but got {file}"
                ))),
            }
        })
        .collect()
}

impl Shard {
    /// Maps a file and reads its header: the length of a JSON object as a
    /// little-endian u64, the object, then the data that its offsets count in.
    fn open(file: PathBuf) -> Result<(Self, Vec<(String, Entry)>), Error> {
        let bytes =
            MappedFile::open(&file).map_err(|error| Error::input(&file, error.to_string()))?;
        let entries = read_header(&bytes).map_err(|message| Error::input(&file, message))?;
        Ok((Self { file, bytes }, entries))
    }
}

fn read_header(bytes: &[u8]) -> Result<Vec<(String, Entry)>, String> {
    let Some((length, rest)) = bytes.split_first_chunk() else {
        return Err(format!(
            "expected a header of 8 bytes or more, but got a file of {} bytes",
            bytes.len()
        ));
    };
    let length = u64::from_le_bytes(*length);
    let header = usize::try_from(length)
        .ok()
        .and_then(|length| rest.get(..length))
        .ok_or_else(|| {
            format!(
                "expected a header of {length} bytes, but got {} bytes after its length",
                rest.len()
            )
        })?;
    let invalid = |error: &dyn Display| format!("expected a safetensors header, but got {error}");
    if let Some(name) = duplicate_key(header).map_err(|error| invalid(&error))? {
        return Err(format!("expected one tensor {name}, but got two"));
    }
    let metadata = serde_json::from_slice::<Metadata>(header).map_err(|error| invalid(&error))?;
    let start = bytes.len() - rest.len() + header.len();
    let data = bytes.len() - start;
    if metadata.data_len() != data {
        return Err(format!(
            "expected {} bytes of tensors, but got {data}",
            metadata.data_len()
        ));
    }
    // The metadata is valid: the tensors follow one another from 0 to its end,
    // and each has the bytes that its shape and type take.
    Ok(metadata
        .tensors()
        .into_iter()
        .map(|(name, info)| {
            let bytes = start + info.data_offsets.0..start + info.data_offsets.1;
            let info = info.clone();
            (name, Entry { info, bytes })
        })
        .collect())
}
