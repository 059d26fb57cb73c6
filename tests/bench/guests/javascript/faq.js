// The skill that answers from its settings, in JavaScript: as much of `plugins/faq` as its measured case asks for.

const description = {
  name: "faq",
  version: "0.1.0",
  summary: "Answers frequent questions with the texts of its settings.",
  settingsSchema: "{}",
  secrets: [],
  hosts: [],
  intents: [],
  locales: ["de", "fr", "it", "en"],
  memoryVersion: 0,
};

function option(intent) {
  return { id: `intent:${intent}`, title: intent, description: undefined, kind: { tag: "answer" } };
}

export const skill = {
  describe() {
    return description;
  },

  handle(settings, turn) {
    const { answers, offers } = JSON.parse(settings);
    const asked = turn.understanding?.intents[0]?.name;
    const texts = answers[asked];
    if (turn.trigger.tag !== "message" || texts === undefined) return { tag: "pass" };
    const text = texts[turn.locale.split("-")[0]] ?? texts.en;
    const options = (offers?.[asked] ?? []).map(option);
    const said = options.length > 0 ? { tag: "choices", val: { prompt: text, options } } : { tag: "text", val: text };
    return { tag: "effects", val: [{ tag: "say", val: said }] };
  },

  migrate() {
    throw "faq keeps no memory";
  },
};
