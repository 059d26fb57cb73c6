//! `sportello token`: access to the API.

use std::process::ExitCode;

use super::office;
use crate::cli::Token;
use crate::print;
use crate::transcript::written_time;

pub(super) async fn run(command: Token) -> anyhow::Result<ExitCode> {
    match command {
        Token::Create { config, name, scopes } => {
            let mut office = office(&config).await?;
            print::out(&office.create_token(&name, &scopes).await?)?;
            office.close().await;
        }
        Token::List { config } => {
            let mut office = office(&config).await?;
            for token in office.tokens().await? {
                let made = written_time(token.created_at);
                print::out(&format!("{}  {made}  {}  {}", token.id, token.name, token.scopes.join(",")))?;
            }
            office.close().await;
        }
        Token::Revoke { config, id } => {
            let mut office = office(&config).await?;
            office.revoke_token(id).await?;
            office.close().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}
