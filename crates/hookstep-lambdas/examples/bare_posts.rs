//! The same bytes by a bare HTTP client: one request after the other over one connection, nothing else. `cargo xtask bench` measures it
//! beside `deliver`.
//!
//! Arguments: the URL, how many, the body's content type. The body is read from standard input.

#![expect(clippy::disallowed_methods, reason = "a bare client is the point")]

use std::io::Read as _;

type Error = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("three arguments are needed");
    let (url, count, content_type) = (argument()?, argument()?.parse::<u32>()?, argument()?);
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    for _ in 0..count {
        let answer = client.post(&url).header("content-type", &content_type).body(body.clone()).send().await?;
        answer.error_for_status()?.bytes().await?;
    }
    Ok(())
}
