//! What is somebody else's: not shown, not changed, and not told apart from what is not there.

mod goods;
mod orders;
mod sessions;
mod two;
