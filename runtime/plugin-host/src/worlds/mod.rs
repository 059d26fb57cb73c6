//! One file a world: how each of its exports is called.
//!
//! All calls have one form: begin a session, have its guest make an instance, call, and end the session with the result,
//! which tells answers, traps and limits apart.

mod channel;
mod nlu;
mod skill;

pub(crate) use channel::Channel;
pub(crate) use nlu::Nlu;
pub(crate) use skill::Skill;

/// One call: `call!(self, CALL, "name in wit/", (arguments) -> result)`.
///
/// The generated wrapper would compare the types of all exports with the contract's for each instance; this compares those
/// of the one that is called, and linking has compared them all.
macro_rules! call {
    ($self:ident, $call:expr, $function:literal, ($($argument:expr),*) -> $result:ty) => {{
        let limits = &$self.host.config.limits;
        let mut session = Session::begin(&$self.host.engine, $self.plugin, $call, $function, limits).await?;
        let result = async {
            let instance = session.guest.instance($self.pre.instance_pre()).await?;
            let store = &mut session.guest.store;
            let function = instance.get_typed_func::<_, ($result,)>(&mut *store, $self.plugin.exports.index($function)?)?;
            let (result,) = function.call_async(store, ($($argument,)*)).await?;
            Ok(result)
        };
        let result = result.await;
        session.end(result.map(Convert::convert))
    }};
}
pub(crate) use call;
