//! Sets of the alternatives that the `$or`s of a pattern make.

use std::ops::{BitAnd, BitOr, Not};

use crate::limits::FILTER_ALTERNATIVES_MAX_COUNT;

const WORD: usize = u64::BITS as usize;
const WORDS: usize = FILTER_ALTERNATIVES_MAX_COUNT.div_ceil(WORD);

/// Some of a pattern's alternatives, by their numbers from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Alternatives([u64; WORDS]);

impl Alternatives {
    pub(super) const NONE: Self = Self([0; WORDS]);

    /// The first so many.
    pub(super) fn first(count: usize) -> Self {
        Self(std::array::from_fn(|word| match count.saturating_sub(word * WORD) {
            0 => 0,
            left if left >= WORD => u64::MAX,
            left => (1 << left) - 1,
        }))
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// The same, each with a number that is so much higher.
    pub(super) fn moved(self, by: usize) -> Self {
        let (words, bits) = (by / WORD, by % WORD);
        let word = |index: Option<usize>| index.map_or(0, |index| self.0[index]);
        Self(std::array::from_fn(|index| {
            let low = word(index.checked_sub(words)) << bits;
            let high = if bits == 0 { 0 } else { word(index.checked_sub(words + 1)) >> (WORD - bits) };
            low | high
        }))
    }
}

impl BitAnd for Alternatives {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }
}

impl BitOr for Alternatives {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }
}

impl Not for Alternatives {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(set: Alternatives) -> Vec<usize> {
        (0..WORDS * WORD).filter(|number| set.0[number / WORD] >> (number % WORD) & 1 == 1).collect()
    }

    #[test]
    fn moving_changes_every_number_by_as_much() {
        for count in [0, 1, 63, 64, 65, 130] {
            for by in [0, 1, 63, 64, 65, 700] {
                let expected: Vec<usize> = (by..by + count).collect();
                assert_eq!(numbers(Alternatives::first(count).moved(by)), expected);
            }
        }
    }

    #[test]
    fn what_is_not_in_a_set_is_in_its_opposite() {
        let some = Alternatives::first(70);
        assert!((some & !some).is_empty());
        assert_eq!(some | !some, Alternatives::first(WORDS * WORD));
    }
}
