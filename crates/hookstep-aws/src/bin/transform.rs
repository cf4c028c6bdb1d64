//! The process of a transformation and nothing else, for the tests: the functions are it themselves when they are asked to.

fn main() {
    hookstep_aws::transformer::run_if_asked();
}
