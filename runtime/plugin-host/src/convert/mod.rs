//! Between the contract's types and the generated ones, by hand: a field or a case that only one side has does not
//! compile.

mod channel;
mod content;
mod event;
mod http;
mod nlu;
mod skill;

use sportello_domain::contract::Bytes;

/// The same value in the words of the other side.
pub(crate) trait Convert<T> {
    fn convert(self) -> T;
}

/// A record that both sides have, in both directions.
macro_rules! record {
    ($generated:ty = $own:ty { $($field:ident),* $(,)? }) => {
        impl $crate::convert::Convert<$own> for $generated {
            fn convert(self) -> $own {
                type Own = $own;
                Own { $($field: self.$field.convert()),* }
            }
        }
        impl $crate::convert::Convert<$generated> for $own {
            fn convert(self) -> $generated {
                type Generated = $generated;
                Generated { $($field: self.$field.convert()),* }
            }
        }
    };
}
/// A variant or an enum that both sides have, in both directions.
macro_rules! variant {
    ($generated:ty = $own:ty { $($case:ident $(($payload:ident))?),* $(,)? }) => {
        impl $crate::convert::Convert<$own> for $generated {
            fn convert(self) -> $own {
                type Generated = $generated;
                type Own = $own;
                match self { $(Generated::$case $(($payload))? => Own::$case $(($payload.convert()))?),* }
            }
        }
        impl $crate::convert::Convert<$generated> for $own {
            fn convert(self) -> $generated {
                type Generated = $generated;
                type Own = $own;
                match self { $(Own::$case $(($payload))? => Generated::$case $(($payload.convert()))?),* }
            }
        }
    };
}
pub(crate) use {record, variant};

macro_rules! same {
    ($($type:ty),*) => {
        $(impl Convert<$type> for $type {
            fn convert(self) -> $type {
                self
            }
        })*
    };
}
same!(String, bool, u16, u32, u64, i32, f32, f64);

impl Convert<Bytes> for Vec<u8> {
    fn convert(self) -> Bytes {
        Bytes(self)
    }
}

impl Convert<Vec<u8>> for Bytes {
    fn convert(self) -> Vec<u8> {
        self.0
    }
}

impl<T: Convert<U>, U> Convert<Vec<U>> for Vec<T> {
    fn convert(self) -> Vec<U> {
        self.into_iter().map(T::convert).collect()
    }
}

impl<T: Convert<U>, U> Convert<Option<U>> for Option<T> {
    fn convert(self) -> Option<U> {
        self.map(T::convert)
    }
}

impl<T: Convert<U>, U, E: Convert<F>, F> Convert<Result<U, F>> for Result<T, E> {
    fn convert(self) -> Result<U, F> {
        self.map(T::convert).map_err(E::convert)
    }
}

impl<A: Convert<C>, B: Convert<D>, C, D> Convert<(C, D)> for (A, B) {
    fn convert(self) -> (C, D) {
        (self.0.convert(), self.1.convert())
    }
}
