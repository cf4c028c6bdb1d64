//! Answers wait for a test's word, and the process that waits for one is known.

use std::time::Duration;

use anyhow::Result;
use hookstep_local::lambda_processes::LambdaProcess;
use hookstep_local::receiver::{Hold, Receiver, Script};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(5);

async fn asking(receiver: &Receiver, path: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let [request] = &receiver.wait_for(path, 1, SOON).await?[..] else { anyhow::bail!("one request was sent") };
    assert_eq!(request.client_port, stream.local_addr()?.port());
    Ok(stream)
}

#[tokio::test]
async fn an_answer_that_is_held_comes_when_it_is_released() -> Result<()> {
    let receiver = Receiver::start().await?;
    let hold = Hold::new();
    receiver.on("/held", Script::status(200).body("whole").held_by(&hold));
    let mut stream = asking(&receiver, "/held").await?;
    assert!(stream.try_read(&mut [0; 1]).is_err(), "nothing has come");
    hold.release();
    hold.whole_sent().await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.ends_with("\r\n\r\nwhole"), "{answer}");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_halved_comes_in_two_parts() -> Result<()> {
    let receiver = Receiver::start().await?;
    let hold = Hold::new();
    receiver.on("/halved", Script::status(200).body("one, two").halved_by(&hold));
    let mut stream = asking(&receiver, "/halved").await?;
    hold.half_sent().await;
    let mut first = vec![0; 1024];
    let length = stream.read(&mut first).await?;
    let first = String::from_utf8_lossy(&first[..length]).into_owned();
    assert!(first.contains("content-length: 8") && first.ends_with("\r\n\r\none,"), "{first}");
    hold.release();
    let mut second = String::new();
    stream.read_to_string(&mut second).await?;
    assert_eq!(second, " two");
    Ok(())
}

#[test]
fn a_function_that_does_not_run_has_no_process() -> Result<()> {
    assert_eq!(LambdaProcess::of_function("http://127.0.0.1:1", "no-such-function")?, []);
    assert!(LambdaProcess::connected_from("http://127.0.0.1:1", "no-such-function", 1).is_err());
    Ok(())
}
