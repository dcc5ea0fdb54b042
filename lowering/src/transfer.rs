//! Values that go from one device to another.

use fidelity_dialect::Transfer;
use ods_bridge::OpView;

/// What to do instead of lowering an op for one device, if it is a transfer: a runtime
/// of several devices moves values, and no code of one of them.
pub fn advice(name: &str) -> Option<&'static str> {
    (name == Transfer::NAME).then_some(
        "code for one device has no other one; compile the function of each device, as \
         fidelity-partition makes them, by itself, and copy between their calls",
    )
}
