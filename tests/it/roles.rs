//! What is somebody else's: not shown, not changed, and not told apart from what is not there.

mod bodies;
mod goods;
mod matrix;
mod orders;
mod planted;
mod sessions;
mod two;
