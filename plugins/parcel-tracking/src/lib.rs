//! The parcel-tracking plugin.
