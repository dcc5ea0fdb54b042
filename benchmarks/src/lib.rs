//! Speed beside a peer, in one run: the targets in `benches/` are the content.
