//! Files that are written whole or not at all.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Writes a file through `write`. It has its own name only once it is complete:
/// it is written under another in the same folder and then renamed, replacing a
/// file that is there. A symbolic link is followed; what is no file, such as a
/// pipe or a device, is written to as it comes.
///
/// # Errors
///
/// When the file cannot be written; what was there before is then as it was.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let metadata = fs::metadata(path);
    if let Ok(metadata) = &metadata
        && !metadata.is_file()
        && !metadata.is_dir()
    {
        let mut stream = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        return write(&mut stream).and_then(|()| stream.flush());
    }
    let path = followed(path);
    let mut builder = tempfile::Builder::new();
    // A temporary file is private unless told otherwise; this one is to be
    // what the old one was, or what any new file would be, which the umask
    // decides.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let permissions = metadata.map_or(fs::Permissions::from_mode(0o666), |metadata| {
            metadata.permissions()
        });
        builder.permissions(permissions);
    }
    let folder = folder_of(&path);
    // A missing folder is told as the system tells it, and nothing with the
    // name of the temporary file, which is nobody's.
    fs::metadata(folder)?;
    let mut file = builder
        .tempfile_in(folder)
        .map_err(|error| io::Error::from(error.kind()))?;
    {
        let mut buffered = BufWriter::new(&mut file);
        write(&mut buffered)?;
        buffered.flush()?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Where a symbolic link leads, or the path itself.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many links as systems follow.
    for _ in 0..40 {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = folder_of(&path).join(target);
    }
    path
}

/// The folder that a file is in. A bare file name has the empty path as its
/// parent, which names no folder.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn every_file_is_in_a_folder() {
        assert_eq!(folder_of(Path::new("y.npy")), Path::new("."));
        assert_eq!(folder_of(Path::new("results/y.npy")), Path::new("results"));
        assert_eq!(folder_of(Path::new("/y.npy")), Path::new("/"));
    }

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out");
        write_whole(&path, |file| file.write_all(b"old")).expect("a first write");
        let error = write_whole(&path, |file| {
            file.write_all(b"ne")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(error.expect_err("an error").to_string(), "no more");
        assert_eq!(fs::read(&path).expect("the file"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_and_pipes_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        std::os::unix::fs::symlink("target", &link).expect("a link");
        write_whole(&link, |file| file.write_all(b"new")).expect("a write");
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        assert_eq!(fs::read(&target).expect("the target"), b"new");

        let (mut reader, writer) = io::pipe().expect("a pipe");
        let end = std::os::fd::AsRawFd::as_raw_fd(&writer);
        let path = PathBuf::from(format!("/proc/self/fd/{end}"));
        write_whole(&path, |file| file.write_all(b"bytes")).expect("a write");
        drop(writer);
        let mut text = String::new();
        io::Read::read_to_string(&mut reader, &mut text).expect("the bytes");
        assert_eq!(text, "bytes");
    }
}
