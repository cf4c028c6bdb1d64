//! Writes the API's document: `cargo xtask openapi` runs it.

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let document = hookstep_lambdas::openapi::document()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    fs::write(path, format!("{document:#}\n"))?;
    Ok(())
}
