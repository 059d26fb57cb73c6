"""The skill that answers from its settings, in Python: as much of `plugins/faq` as its measured case asks for."""

import json

from wit_world import exports
from wit_world.exports.skill import (
    Description,
    Effect_Say,
    Outcome_Effects,
    Outcome_Pass,
    Trigger_Message,
)
from wit_world.imports.types import Choice, ChoiceKind_Answer, Choices, Content_Choices, Content_Text

SUMMARY = "Answers frequent questions with the texts of its settings."
LOCALES = ["de", "fr", "it", "en"]


class Skill(exports.Skill):
    """The plugin."""

    def describe(self):
        return Description("faq", "0.1.0", SUMMARY, "{}", [], [], [], LOCALES, 0)

    def handle(self, settings, turn):
        settings = json.loads(settings)
        intents = turn.understanding.intents if turn.understanding else []
        asked = intents[0].name if intents else None
        texts = settings["answers"].get(asked)
        if texts is None or not isinstance(turn.trigger, Trigger_Message):
            return Outcome_Pass()
        text = texts.get(turn.locale.split("-")[0]) or texts["en"]
        offers = settings.get("offers", {}).get(asked, [])
        options = [Choice(f"intent:{intent}", intent, None, ChoiceKind_Answer()) for intent in offers]
        said = Content_Choices(Choices(text, options)) if options else Content_Text(text)
        return Outcome_Effects([Effect_Say(said)])

    def migrate(self, memory):
        raise ValueError("faq keeps no memory")
