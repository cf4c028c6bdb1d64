//! The end-to-end tests: the real Lambda binaries, the real template and the real definition on the local engine, real receivers.

mod trigger;
