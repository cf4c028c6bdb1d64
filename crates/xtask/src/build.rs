//! `cargo xtask build`: the Lambda binaries.

use std::fs;

use anyhow::Result;
use hookstep_local::Workspace;
use hookstep_local::lambdas::{self, FUNCTIONS, Profile};

pub(crate) async fn run(profile: Profile) -> Result<()> {
    let workspace = Workspace::find()?;
    let bootstraps = lambdas::build(&workspace, profile).await?;
    println!("{:>10} {:>10}  bytes", "binary", "zipped");
    for (name, bootstrap) in FUNCTIONS.iter().zip(&bootstraps) {
        let binary = fs::metadata(bootstrap)?.len();
        let zipped = lambdas::pack(bootstrap, lambdas::Compression::Best)?.len();
        println!("{binary:>10} {zipped:>10}  {name}");
    }
    println!("in {}", workspace.lambda_dir().display());
    Ok(())
}
