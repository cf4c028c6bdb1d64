//! What has to be true of `statemachine/delivery.asl.json` and of the JSON that passes through it, whatever interprets it.

mod asl;
mod names;
mod time;
mod wire;
