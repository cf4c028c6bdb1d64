//! Bodies that are not kept in memory.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::BytesMut;
use sha2::{Digest as _, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::options::LargeBodies;
use super::record::StoredBody;

const PIECE: usize = 256 * 1024;

/// Reads a body of this length, of which `buffer` holds the beginning, and puts it where large bodies go.
pub(super) async fn body(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
    length: usize,
    large_bodies: &LargeBodies,
) -> io::Result<StoredBody> {
    static STORED: AtomicU64 = AtomicU64::new(0);
    let (path, mut file) = match large_bodies {
        LargeBodies::InFiles(dir) => {
            fs::create_dir_all(dir).await?;
            let number = STORED.fetch_add(1, Ordering::Relaxed);
            let path = dir.join(format!("body-{}-{number}", std::process::id()));
            (Some(path.clone()), Some(File::create(path).await?))
        }
        LargeBodies::InMemory | LargeBodies::Hashed => (None, None),
    };
    let mut digest = Sha256::new();
    let mut left = length;
    while left > 0 {
        if buffer.is_empty() {
            buffer.reserve(PIECE);
            if stream.read_buf(buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let piece = buffer.split_to(buffer.len().min(left));
        digest.update(&piece);
        if let Some(file) = &mut file {
            file.write_all(&piece).await?;
        }
        left -= piece.len();
    }
    if let Some(file) = &mut file {
        file.flush().await?;
    }
    Ok(StoredBody { path, size: length as u64, sha256: digest.finalize().into() })
}
