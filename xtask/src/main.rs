//! Chores of the repository that are programs. Today there are only checks, in `tests/`: they run with all others.

fn main() {}
