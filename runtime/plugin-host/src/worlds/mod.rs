//! One file a world: how each of its exports is called.
//!
//! All calls have one form: begin a session, make an instance in its store, call, and end the session with the result,
//! which tells answers, traps and limits apart.

mod channel;
mod nlu;
mod skill;

pub(crate) use channel::Channel;
pub(crate) use nlu::Nlu;
pub(crate) use skill::Skill;

/// One call: `call!(self, CALL, "name in wit/", interface.export(arguments))`.
macro_rules! call {
    ($self:ident, $call:expr, $function:literal, $interface:ident.$export:ident($($argument:expr),*)) => {{
        let limits = &$self.host.config.limits;
        let mut session = Session::begin(&$self.host.engine, $self.plugin, $call, $function, limits).await?;
        let result = async {
            let guest = $self.pre.instantiate_async(&mut session.store).await?;
            guest.$interface().$export(&mut session.store $(, $argument)*).await
        };
        let result = result.await;
        session.end(result.map(Convert::convert))
    }};
}
pub(crate) use call;
