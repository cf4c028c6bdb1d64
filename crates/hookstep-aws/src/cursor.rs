//! Where a page of a list begins.

/// The largest text below an id among those that could be ids: one less in the last place, followed by what sorts
/// after every digit.
pub(crate) fn below(id: &str) -> String {
    let (head, last) = id.split_at(id.len() - 1);
    let last = last.bytes().next().unwrap_or(b'0');
    // Between the predecessor's every continuation and the id itself.
    format!("{head}{}~", char::from(last.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookstep_core::ids::EventId;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn below_an_id_lie_all_smaller_ids_and_not_itself(a: u128, b: u128) {
            let id = |random| EventId::generate(jiff::Timestamp::UNIX_EPOCH, random);
            let (a, b) = (id(a), id(b));
            let bound = below(a.as_str());
            prop_assert!(bound.as_str() < a.as_str());
            if b < a {
                prop_assert!(b.as_str() <= bound.as_str());
            }
        }
    }
}
