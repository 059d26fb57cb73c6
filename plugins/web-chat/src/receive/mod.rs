//! What the window asks for: a session, the stream, a message to be taken, a sign of typing.

mod messages;
mod problem;
mod session;
mod typing;

use sportello_sdk::channel::{Context, Reception, Refusal, Webhook};
use sportello_sdk::types::{HttpResponse, Sender, Thread, Visibility};
use sportello_sdk::{Stop, channel};

use crate::settings::Settings;
use crate::token::{self, Visitor};
use crate::{address, origins};
use problem::Problem;

/// Who calls, and what surrounds the call.
struct Call<'a> {
    context: &'a Context<Settings>,
    webhook: &'a Webhook,
}

pub(crate) fn receive(context: &Context<Settings>, webhook: &Webhook) -> Result<Reception, Stop<Refusal>> {
    let call = Call { context, webhook };
    let mut reception = call.route()?;
    reception.response = origins::allow(&context.settings.origins, webhook, reception.response);
    Ok(reception)
}

impl Call<'_> {
    fn route(&self) -> Result<Reception, Stop<Refusal>> {
        let path = address::below(&self.context.hook, &self.webhook.url).unwrap_or("?");
        let method = match path {
            "session" | "messages" | "typing" => "POST",
            "stream" => "GET",
            _ => return Ok(Problem::NoSuchPath.into()),
        };
        if self.webhook.method == "OPTIONS" {
            return Ok(Reception::answer(origins::preflight(method)));
        }
        if self.webhook.method != method {
            return Ok(Problem::WrongMethod(method).into());
        }
        match path {
            "session" => session::open(self),
            "messages" => messages::take(self, &self.visitor()?),
            "typing" => Ok(typing::note(self, &self.visitor()?)),
            _ => Ok(self.stream(&self.visitor()?)),
        }
    }

    fn stream(&self, visitor: &Visitor) -> Reception {
        let headers =
            [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let response = HttpResponse { headers, ..HttpResponse::status(200) };
        let stream = address::stream(&self.context.hook, &visitor.id);
        Reception { stream: Some(stream), ..Reception::answer(response) }
    }

    fn channel(&self) -> &str {
        address::channel(&self.context.hook)
    }

    fn visitor(&self) -> Result<Visitor, Stop<Refusal>> {
        let days = self.context.settings.token_days;
        Ok(token::read(self.webhook, self.channel(), days, self.context.now)?)
    }
}

/// The conversation of a visitor.
fn thread(visitor: &Visitor) -> Thread {
    Thread { address: visitor.id.clone(), visibility: Visibility::Private, parent: None, memo: None }
}

/// The visitor as the one who writes.
fn sender(visitor: &Visitor, locale: Option<String>) -> Sender {
    Sender { id: visitor.id.clone(), name: None, locale, phone: None, email: None, aliases: vec![] }
}

/// A JSON answer that no cache keeps.
fn json(status: u16, value: &serde_json::Value) -> HttpResponse {
    let mut response = HttpResponse::json(status, value);
    response.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
    response
}

impl From<Problem> for channel::Reception {
    fn from(problem: Problem) -> Self {
        Reception::answer(problem.answer())
    }
}

#[cfg(test)]
mod tests;
