//! Names, metadata and content of every object.

use anyhow::Result;
use hookstep_local::secrets::Needles;

use super::Search;
use crate::engine::Engine;

pub(super) async fn search(engine: &Engine, bucket: &str, needles: &Needles, search: &mut Search) -> Result<()> {
    let mut pages = engine.s3.list_objects_v2().bucket(bucket).into_paginator().send();
    while let Some(page) = pages.next().await {
        for object in page?.contents() {
            let Some(key) = object.key() else { continue };
            // Another test may have deleted it meanwhile.
            let Ok(answer) = engine.s3.get_object().bucket(bucket).key(key).send().await else { continue };
            search.count("objects", 1);
            let place = || format!("object {key}");
            let about = format!("{key} {:?} {:?}", answer.metadata(), answer.content_type());
            search.look(needles, about.as_bytes(), place);
            search.look(needles, &answer.body.collect().await?.into_bytes(), place);
        }
    }
    Ok(())
}
