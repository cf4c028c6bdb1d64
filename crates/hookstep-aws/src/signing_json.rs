//! What requests are signed with, as JSON: in the machine's state and in a webhook's item.

use hookstep_core::leg::SigningPlan;
use hookstep_core::secret::Sealed;
use hookstep_core::signing::{KeyRing, Scheme, Signing};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Times are in seconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SigningJson {
    schemes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<i64>,
    /// In the state only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<KeyRingJson>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeyRingJson {
    sealed: String,
    signs_until: Vec<Option<i64>>,
}

impl From<&Signing> for SigningJson {
    fn from(signing: &Signing) -> Self {
        Self {
            schemes: signing.schemes.iter().map(|scheme| scheme.as_str().to_owned()).collect(),
            earlier: signing.earlier.iter().map(|until| until.as_second()).collect(),
            keys: None,
        }
    }
}

impl SigningJson {
    /// Nothing where nothing is signed.
    pub(crate) fn of(plan: &SigningPlan) -> Option<Self> {
        let keys = plan.keys.as_ref().map(|ring| KeyRingJson {
            sealed: ring.sealed.as_str().to_owned(),
            signs_until: ring.signs_until.iter().map(|until| until.map(Timestamp::as_second)).collect(),
        });
        (plan.signing != Signing::off()).then(|| Self { keys, ..Self::from(&plan.signing) })
    }

    pub(crate) fn into_signing(self) -> Option<Signing> {
        self.into_plan().map(|plan| plan.signing)
    }

    pub(crate) fn into_plan(self) -> Option<SigningPlan> {
        let moment = |seconds: i64| Timestamp::from_second(seconds).ok();
        let schemes = self.schemes.iter().map(|name| Scheme::from_name(name)).collect::<Option<_>>()?;
        let earlier = self.earlier.into_iter().map(moment).collect::<Option<_>>()?;
        let keys = match self.keys {
            None => None,
            Some(ring) => {
                let until = |seconds: Option<i64>| seconds.map_or(Some(None), |seconds| moment(seconds).map(Some));
                let signs_until = ring.signs_until.into_iter().map(until).collect::<Option<_>>()?;
                Some(KeyRing { sealed: Sealed::new(ring.sealed), signs_until })
            }
        };
        Some(SigningPlan { signing: Signing { schemes, earlier }, keys })
    }
}
