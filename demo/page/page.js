/**
 * The words of the demo page, and the switch between its languages. The chat window follows the page's `lang`.
 */
"use strict";

const WORDS = {
  de: {
    languages: "Sprachen",
    headline: "Ihre Post. Auch im hintersten Tal.",
    lede: "Pakete verfolgen, Sendungen umleiten, Fragen zum Zoll: Schreiben Sie uns, zu jeder Stunde. Zuerst antwortet unsere digitale Assistenz, und wenn Sie möchten, ein Mensch.",
    ask: "Frage stellen",
    services: "Dienstleistungen",
    trackTitle: "Sendung verfolgen",
    trackText: "Nennen Sie uns im Chat die Sendungsnummer, und Sie wissen, wo Ihr Paket ist. Zum Ausprobieren:",
    redirectTitle: "Post umleiten",
    redirectText: "Umzug oder Ferien? Fragen Sie, was eine Umleitung kostet und wie Sie sie einrichten.",
    customsTitle: "Zoll",
    customsText: "Was bei Sendungen aus dem Ausland anfällt und warum ein Paket beim Zoll liegt.",
    counterTitle: "Unser Schalter am Dorfplatz",
    weekdays: "Montag bis Freitag",
    saturday: "Samstag",
    sunday: "Sonntag",
    closed: "geschlossen",
    anyHour: "Der Chat ist immer offen. Ausserhalb der Schalterzeiten sagt er Ihnen, wann wieder jemand da ist.",
    disclaimer: "Die Posta Vallera gibt es nicht. Diese Seite zeigt Sportello, ein System für den Dialog mit Kundinnen und Kunden.",
  },
  fr: {
    languages: "Langues",
    headline: "Votre poste. Jusqu’au fond de la vallée.",
    lede: "Suivre un colis, faire réexpédier un envoi, comprendre la douane : écrivez-nous à toute heure. Notre assistance numérique répond d’abord et, si vous le souhaitez, une personne prend le relais.",
    ask: "Poser une question",
    services: "Services",
    trackTitle: "Suivre un envoi",
    trackText: "Donnez-nous le numéro d’envoi dans le chat et vous saurez où se trouve votre colis. Pour essayer :",
    redirectTitle: "Faire suivre le courrier",
    redirectText: "Un déménagement, des vacances ? Demandez ce que coûte une réexpédition et comment la mettre en place.",
    customsTitle: "Douane",
    customsText: "Ce que coûtent les envois de l’étranger et pourquoi un colis attend à la douane.",
    counterTitle: "Notre guichet sur la place du village",
    weekdays: "Du lundi au vendredi",
    saturday: "Samedi",
    sunday: "Dimanche",
    closed: "fermé",
    anyHour: "Le chat est toujours ouvert. En dehors des heures de guichet, il vous dit quand quelqu’un sera de retour.",
    disclaimer: "La Posta Vallera n’existe pas. Cette page présente Sportello, un système de dialogue avec la clientèle.",
  },
  it: {
    languages: "Lingue",
    headline: "La sua posta. Fino in fondo alla valle.",
    lede: "Seguire un pacco, deviare un invio, capire la dogana: ci scriva a qualsiasi ora. Prima risponde la nostra assistenza digitale e, se lo desidera, una persona.",
    ask: "Fare una domanda",
    services: "Servizi",
    trackTitle: "Seguire un invio",
    trackText: "Ci dica il numero d’invio nella chat e saprà dove si trova il suo pacco. Per provare:",
    redirectTitle: "Deviare la posta",
    redirectText: "Trasloco o vacanze? Chieda quanto costa una deviazione e come attivarla.",
    customsTitle: "Dogana",
    customsText: "Quanto costano gli invii dall’estero e perché un pacco è fermo in dogana.",
    counterTitle: "Il nostro sportello in piazza",
    weekdays: "Da lunedì a venerdì",
    saturday: "Sabato",
    sunday: "Domenica",
    closed: "chiuso",
    anyHour: "La chat è sempre aperta. Fuori orario le dice quando ci sarà di nuovo qualcuno.",
    disclaimer: "La Posta Vallera non esiste. Questa pagina presenta Sportello, un sistema per il dialogo con la clientela.",
  },
  en: {
    languages: "Languages",
    headline: "Your post. To the very end of the valley.",
    lede: "Track a parcel, redirect your mail, understand customs: write to us at any hour. Our digital assistant answers first and, if you like, a person takes over.",
    ask: "Ask a question",
    services: "Services",
    trackTitle: "Track a parcel",
    trackText: "Tell us its number in the chat and you know where your parcel is. To try it:",
    redirectTitle: "Redirect your mail",
    redirectText: "Moving house, or off on holiday? Ask what a redirection costs and how to set it up.",
    customsTitle: "Customs",
    customsText: "What is due on parcels from abroad, and why one is held at customs.",
    counterTitle: "Our counter on the village square",
    weekdays: "Monday to Friday",
    saturday: "Saturday",
    sunday: "Sunday",
    closed: "closed",
    anyHour: "The chat is always open. Outside counter hours it tells you when somebody will be back.",
    disclaimer: "Posta Vallera does not exist. This page shows Sportello, a system for conversations with customers.",
  },
};

const asked = [new URLSearchParams(location.search).get("language"), ...navigator.languages];
const language = asked.map((tag) => tag?.slice(0, 2)).find((tag) => Object.hasOwn(WORDS, tag)) ?? "en";
const words = WORDS[language];

document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", words[element.dataset.label]);
document.querySelector(`nav [lang="${language}"]`).setAttribute("aria-current", "true");
for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => window.sportello?.open());
