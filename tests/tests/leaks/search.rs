//! The search finds what it looks for: without this, that it finds nothing would say nothing.

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hookstep_local::secrets::Needles;
use hookstep_tests::leaks::Search;
use hookstep_tests::{Hookstep, SOON, Scene, Trigger, unique, until};
use serde_json::json;

const GROUP: &str = "/hookstep/leaks";

#[tokio::test]
async fn a_text_is_found_in_every_place_where_it_is() -> Result<()> {
    let hookstep = Hookstep::connect()?.as_anybody(&unique("leaks"))?;
    let decoy = unique("decoy");
    let scene = Scene::of(hookstep.clone(), |draft| draft.name.clone_from(&decoy)).await?;
    scene.deliver(&Trigger::json(json!({ "a": decoy }).to_string())).await?;
    let encoded = BASE64_STANDARD.encode(format!("{{\"b\":\"{decoy}\"}}"));
    scene.deliver(&Trigger::json(format!("\"{encoded}{}\"", " ".repeat(60_000)))).await?;
    let engine = hookstep.engine();
    engine.write_log_line(GROUP, &decoy).await?;

    let needles = Needles::new(&[&decoy]);
    until("the decoy to be found everywhere", SOON, async || {
        let search = Search::everywhere(&hookstep, &needles).await?;
        let is_recorded = search.seen.contains_key("answers");
        let found = ["table", "execution", "log group", "object"].iter().all(|place| search.has_leak_in(place))
            && (!is_recorded || search.has_leak_in("answer to"));
        Ok(found.then_some(()))
    })
    .await?;
    Ok(())
}
