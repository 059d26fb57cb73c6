//! A plugin that misbehaves on command.
