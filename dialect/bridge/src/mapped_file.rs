//! A file's bytes, mapped rather than read.

use std::{fs::File, io, ops::Deref, path::Path};

/// A read-only view of a whole file.
///
/// Pages are read when first touched and can be dropped again by the operating
/// system, so a checkpoint larger than the memory can be walked through.
///
/// The file must not be changed while it is mapped: bytes that another process
/// writes show through, and a file that it shortens ends this process with
/// `SIGBUS` when the missing part is read.
#[derive(Debug)]
pub struct MappedFile(memmap2::Mmap);

impl MappedFile {
    /// Maps the file at `path`. An empty file gives an empty view.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or is not one that can be mapped (a
    /// directory, a pipe).
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the view is read-only and lives as long as the mapping. That
        // nobody writes to the file meanwhile is the one thing that cannot be
        // checked; it is asked of the user in the documentation of this type,
        // as every program that maps its input does.
        unsafe { memmap2::Mmap::map(&file) }.map(Self)
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn shows_the_contents() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("file");
        for contents in [&b"four trits to a byte"[..], b""] {
            std::fs::write(&path, contents)?;
            assert_eq!(&*MappedFile::open(&path)?, contents);
        }
        Ok(())
    }

    #[test]
    fn refuses_what_is_not_a_file() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        assert!(MappedFile::open(directory.path()).is_err());
        let error = MappedFile::open(&directory.path().join("absent")).expect_err("no such file");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
