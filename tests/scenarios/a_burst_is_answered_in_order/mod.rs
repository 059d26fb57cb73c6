//! Twenty messages in one breath, some of them in one webhook: each is answered, in the order in which they were accepted, in
//! one conversation.

use sportello_harness::secrets;
use sportello_harness::webhooks::whatsapp::{Business, deliver, text};
use sportello_scenarios::{Channel, now, scene};

const MESSAGES: usize = 20;
/// As people's phones send what they wrote without a connection.
const BATCHES: [usize; 5] = [1, 7, 1, 10, 1];

fn number(index: usize) -> String {
    format!("9900123456{index:07}1")
}

#[tokio::test]
async fn twenty_messages_are_answered_in_the_order_of_acceptance() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        let (anna, server) = stage.customer("Anna")?;
        let (address, hook) = (anna.address(), server.hook("whatsapp"));
        let mut index = 0;
        for size in BATCHES {
            let batch: Vec<_> = (index..index + size)
                .map(|index| {
                    text(
                        &address,
                        &format!("wamid.burst{index}"),
                        now(),
                        &format!("Where is my parcel {}?", number(index)),
                    )
                })
                .collect();
            deliver(server.client(), &hook, secrets::APP_SECRET, &Business::default().messages(&batch))
                .await?
                .success()?;
            index += size;
        }
        assert_eq!(index, MESSAGES);

        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        for index in 0..MESSAGES {
            stage.reads("Anna", &format!("Your shipment {} is *on its way*. …", number(index))).await?;
        }
        stage.ends().await?;
        assert_eq!(stage.conversations("Anna").await?.len(), 1);
        Ok(())
    })
    .await;
}
