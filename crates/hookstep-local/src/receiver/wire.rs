//! Reading HTTP/1.1 requests with nothing lost.

use std::io;
use std::time::SystemTime;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::options::{LARGE_BODY, LargeBodies};
use super::record::{ReceivedRequest, Version};
use super::store;

const HEAD_LIMIT: usize = 256 * 1024;
const HEADERS_LIMIT: usize = 256;
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// Reads the next request, or `None` when the peer has closed the connection before one began.
pub(super) async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
    large_bodies: &LargeBodies,
) -> io::Result<Option<ReceivedRequest>> {
    let (mut request, framing) = loop {
        if let Some(head) = parse_head(buffer)? {
            break head;
        }
        if buffer.len() > HEAD_LIMIT {
            return Err(invalid("the head is too long"));
        }
        if stream.read_buf(buffer).await? == 0 {
            return if buffer.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    };
    match framing {
        Framing::Chunked => request.body = take_chunks(stream, buffer).await?,
        Framing::Length(length) if length as u64 > LARGE_BODY && !matches!(large_bodies, LargeBodies::InMemory) => {
            request.stored = Some(store::body(stream, buffer, length, large_bodies).await?);
        }
        Framing::Length(length) => request.body = take(stream, buffer, length).await?,
    }
    request.received_at = SystemTime::now();
    Ok(Some(request))
}

enum Framing {
    Length(usize),
    Chunked,
}

fn parse_head(buffer: &mut BytesMut) -> io::Result<Option<(ReceivedRequest, Framing)>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_LIMIT];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(buffer).map_err(invalid)? else { return Ok(None) };
    let request = ReceivedRequest {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec())).collect(),
        body: Bytes::new(),
        stored: None,
        received_at: SystemTime::UNIX_EPOCH,
        head: Bytes::copy_from_slice(&buffer[..length]),
        version: Version::Http1,
        connection: 0,
        client_port: 0,
        client_certificate: None,
    };
    let framing = if request.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        Framing::Chunked
    } else {
        let length = request.header("content-length").map_or(Ok(0), |value| value.parse()).map_err(invalid)?;
        Framing::Length(length)
    };
    buffer.advance(length);
    Ok(Some((request, framing)))
}

async fn take(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut, length: usize) -> io::Result<Bytes> {
    if length > BODY_LIMIT {
        return Err(invalid("the body is too long"));
    }
    buffer.reserve(length.saturating_sub(buffer.len()));
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(buffer.split_to(length).freeze())
}

async fn take_chunks(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut) -> io::Result<Bytes> {
    let mut body = BytesMut::new();
    loop {
        let (consumed, size) = loop {
            if let httparse::Status::Complete(parsed) =
                httparse::parse_chunk_size(buffer).map_err(|_| invalid("a chunk has no size"))?
            {
                break parsed;
            }
            if stream.read_buf(buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        buffer.advance(consumed);
        let size = usize::try_from(size).map_err(invalid)?;
        // No trailers: nothing here sends them.
        body.extend_from_slice(&take(stream, buffer, size).await?);
        take(stream, buffer, b"\r\n".len()).await?;
        if size == 0 {
            return Ok(body.freeze());
        }
        if body.len() > BODY_LIMIT {
            return Err(invalid("the body is too long"));
        }
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
