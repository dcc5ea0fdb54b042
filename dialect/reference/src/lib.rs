//! Every op of the dialect evaluated naively, as the executable specification.
