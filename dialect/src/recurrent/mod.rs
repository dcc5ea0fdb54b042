//! Recurrent token mixers.

mod mlgru;
