//! Where residents talk: one folder per platform, one alphabetical line each.

pub mod whatsapp;
