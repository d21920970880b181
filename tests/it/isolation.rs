//! What one part may not do to another: every user of the bus tries every subject, every role of a database every
//! table, and the servers refuse what is not theirs.

mod bus;
mod databases;
mod subjects;
