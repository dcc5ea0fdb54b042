//! Recurrent token mixers.

mod ema;
mod mlgru;
mod mlstm;
mod rwkv;
mod slstm;
