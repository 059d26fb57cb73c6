//! What is found in messages, as a table: kind, the place's text and the normal form.

use proptest::prelude::*;
use sportello_sdk::nlu::{ListValue, ValueList};

use super::*;

/// 2026-11-22, a Sunday.
const NOW: u64 = 1_795_305_600_000;

fn lists() -> Lists {
    let value = |value: &str, synonyms: &[&str]| ListValue {
        value: value.into(),
        synonyms: synonyms.iter().map(|synonym| (*synonym).into()).collect(),
    };
    let values =
        vec![value("registered-letter", &["Einschreiben", "lettre recommandée"]), value("parcel", &["Paket", "colis"])];
    Lists::new(&[ValueList { name: "product".into(), values }])
}

fn scan(message: &str, language: &str, expected: &[&str]) -> Vec<(String, String, String)> {
    let (settings, lists) = (Settings::default(), lists());
    let expected: Vec<String> = expected.iter().map(|kind| (*kind).into()).collect();
    let entities = Scanner::new(&settings, &lists).scan(message, &Text::read(message), language, &expected, NOW);
    let place = |entity: &Entity| message[entity.start as usize..entity.end as usize].to_owned();
    entities.into_iter().map(|entity| (entity.kind.clone(), place(&entity), entity.value)).collect()
}

#[track_caller]
fn check(message: &str, language: &str, expected: &[(&str, &str, &str)]) {
    let found = scan(message, language, &[]);
    let found: Vec<_> =
        found.iter().map(|(kind, place, value)| (kind.as_str(), place.as_str(), value.as_str())).collect();
    assert_eq!(found, expected, "in {message:?}");
}

#[test]
fn tracking_numbers_are_found_in_every_printed_form() {
    check("wo ist RR123456785CH?", "de", &[("tracking-number", "RR123456785CH", "RR123456785CH")]);
    check("rr 123 456 785 ch", "de", &[("tracking-number", "rr 123 456 785 ch", "RR123456785CH")]);
    check("RA473124829GB", "en", &[("tracking-number", "RA473124829GB", "RA473124829GB")]);
    check("n° 99.60.123456.12345678", "fr", &[("tracking-number", "99.60.123456.12345678", "996012345612345678")]);
    check("990012345612345678", "de", &[("tracking-number", "990012345612345678", "990012345612345678")]);
    check(
        "Einschreiben-Nr 98.01.234567.89012345!",
        "it",
        &[
            ("product", "Einschreiben", "registered-letter"),
            ("tracking-number", "98.01.234567.89012345", "980123456789012345"),
        ],
    );
    check("6A 123 456 7890 1", "fr", &[("tracking-number", "6A 123 456 7890 1", "6A12345678901")]);
    check("suivi 861011301731382", "fr", &[("tracking-number", "861011301731382", "861011301731382")]);
}

#[test]
fn what_only_looks_like_a_tracking_number_is_left() {
    check("RR123456784CH", "de", &[]);
    check("123456789012345678", "de", &[]);
    check("9900123456123456789", "de", &[]);
    check("XRR123456785CH", "de", &[]);
}

#[test]
fn addresses_of_mail_are_found() {
    check(
        "schreiben Sie an Anna.Muster+post@Example.CH.",
        "de",
        &[("email", "Anna.Muster+post@Example.CH", "Anna.Muster+post@example.ch")],
    );
    check("<a@b.org>, c@d-e.co.uk", "en", &[("email", "a@b.org", "a@b.org"), ("email", "c@d-e.co.uk", "c@d-e.co.uk")]);
    check("@anna a@ @b.ch a@b a@b..ch x@y.1", "en", &[]);
}

#[test]
fn dates_are_found_in_figures() {
    check("am 23.11.2026", "de", &[("date", "23.11.2026", "2026-11-23")]);
    check("le 3/4/27 svp", "fr", &[("date", "3/4/27", "2027-04-03")]);
    check("2026-12-24", "en", &[("date", "2026-12-24", "2026-12-24")]);
    check("12/24/2026", "en", &[("date", "12/24/2026", "2026-12-24")]);
    check("seit 20.11. weg", "de", &[("date", "20.11.", "2026-11-20")]);
    check("du 20/11, puis 5/1", "fr", &[("date", "20/11", "2026-11-20")]);
    check("geboren 1.2.85", "de", &[("date", "1.2.85", "1985-02-01")]);
    check("kostet 23.11 Franken, 24/7, 31.2.2026, 1.2.3.4", "de", &[("money", "23.11 Franken", "CHF 23.11")]);
}

#[test]
fn dates_are_found_in_words() {
    check("am 23. November 2026 um 8", "de", &[("date", "23. November 2026", "2026-11-23")]);
    check("le 1er décembre", "fr", &[("date", "1er décembre", "2026-12-01")]);
    check("il 5 gennaio", "it", &[("date", "5 gennaio", "2027-01-05")]);
    check("on the 23rd of November", "en", &[("date", "23rd of November", "2026-11-23")]);
    check("November 23rd, 2026", "en", &[("date", "November 23rd, 2026", "2026-11-23")]);
    check("30 février, may I, im März", "fr", &[]);
}

#[test]
fn days_near_today_depend_on_the_language() {
    check("Kommt es übermorgen?", "de", &[("date", "übermorgen", "2026-11-24")]);
    check(
        "guten Morgen, heute oder morgen",
        "de",
        &[("date", "heute", "2026-11-22"), ("date", "morgen", "2026-11-23")],
    );
    check(
        "aujourd'hui ou après-demain",
        "fr",
        &[("date", "aujourd'hui", "2026-11-22"), ("date", "après-demain", "2026-11-24")],
    );
    check("j'étais là hier", "fr", &[("date", "hier", "2026-11-21")]);
    check("ich war hier", "de", &[]);
    check("l'altro ieri", "it", &[("date", "altro ieri", "2026-11-20")]);
    check("tomorrow", "en-GB", &[("date", "tomorrow", "2026-11-23")]);
}

#[test]
fn weekdays_and_distances_are_told_from_today() {
    check("Kommt es am Montag?", "de", &[("date", "Montag", "2026-11-23")]);
    check("seit Freitag nichts", "de", &[("date", "Freitag", "2026-11-20")]);
    check("es isch am Samschtig cho", "de", &[("date", "Samschtig", "2026-11-28")]);
    check("nächsten Sonntag", "de", &[("date", "nächsten Sonntag", "2026-11-29")]);
    check("lundi prochain", "fr", &[("date", "lundi prochain", "2026-11-23")]);
    check("mercoledì scorso", "it", &[("date", "mercoledì", "2026-11-18")]);
    check("last Sunday", "en", &[("date", "Sunday", "2026-11-15")]);
    check("in drei Tagen", "de", &[("date", "in drei Tagen", "2026-11-25")]);
    check("vor 2 Wochen", "de", &[("date", "vor 2 Wochen", "2026-11-08")]);
    check("il y a deux semaines", "fr", &[("date", "il y a deux semaines", "2026-11-08")]);
    check("dans 5 jours", "fr", &[("date", "dans 5 jours", "2026-11-27")]);
    check("tre giorni fa", "it", &[("date", "tre giorni fa", "2026-11-19")]);
    check("fra una settimana", "it", &[("date", "fra una settimana", "2026-11-29")]);
    check(
        "two days ago, in a week",
        "en",
        &[("date", "two days ago", "2026-11-20"), ("date", "in a week", "2026-11-29")],
    );
    check("drei Tage warten, montags, every day", "de", &[]);
}

#[test]
fn stretches_of_time_have_one_place() {
    check("du 20/11 au 5/1", "fr", &[("date-range", "20/11 au 5/1", "2026-11-20/2027-01-05")]);
    check("vom 5. bis 10. Dezember", "de", &[("date-range", "5. bis 10. Dezember", "2026-12-05/2026-12-10")]);
    check("dal 1 al 14 dicembre", "it", &[("date-range", "1 al 14 dicembre", "2026-12-01/2026-12-14")]);
    check(
        "from tomorrow until 27.11.2026",
        "en",
        &[("date-range", "tomorrow until 27.11.2026", "2026-11-23/2026-11-27")],
    );
    check("heute oder morgen", "de", &[("date", "heute", "2026-11-22"), ("date", "morgen", "2026-11-23")]);
}

#[test]
fn times_of_day_are_found() {
    check("um 14:30 oder 8 Uhr", "de", &[("time", "14:30", "14:30"), ("time", "8 Uhr", "08:00")]);
    check("ab 18.15 Uhr", "de", &[("time", "18.15 Uhr", "18:15")]);
    check("à 8h, 14h30", "fr", &[("time", "8h", "08:00"), ("time", "14h30", "14:30")]);
    check("alle ore 9", "it", &[("time", "9", "09:00")]);
    check("5 pm or 12 a.m.", "en", &[("time", "5 pm", "17:00"), ("time", "12 a.m.", "00:00")]);
    check("25:00, 3:7, 14:30:12:1, 24h-Service 7 Tage, 13 pm", "de", &[]);
}

#[test]
fn amounts_of_money_have_their_currency() {
    check(
        "CHF 1'200.50 oder Fr. 7.-",
        "de",
        &[("money", "CHF 1'200.50", "CHF 1200.50"), ("money", "Fr. 7.-", "CHF 7.00")],
    );
    check("1.200,5 euro", "it", &[("money", "1.200,5 euro", "EUR 1200.50")]);
    check("20 francs et 3€", "fr", &[("money", "20 francs", "CHF 20.00"), ("money", "3€", "EUR 3.00")]);
    check("$12, £3.20", "en", &[("money", "$12", "USD 12.00"), ("money", "£3.20", "GBP 3.20")]);
    check("Fr. 20.11. kommt es", "de", &[("date", "20.11.", "2026-11-20")]);
    check("5 Frauen, 3 pounds, 12 Stück", "en", &[]);
}

#[test]
fn numbers_of_the_operators_own_are_found_by_pattern() {
    let patterns = [("order-number", "ORD-######"), ("claim", "@@ ## ###")];
    let patterns = patterns.map(|(kind, pattern)| (kind.to_owned(), pattern.to_owned()));
    let (settings, lists) = (Settings { patterns: patterns.into(), ..Settings::default() }, lists());
    let find = |message: &str| {
        let found = Scanner::new(&settings, &lists).scan(message, &Text::read(message), "de", &[], NOW);
        found.into_iter().map(|entity| (entity.kind, entity.value)).collect::<Vec<_>>()
    };
    assert_eq!(find("Bestellung ord 123456?"), [("order-number".to_owned(), "ORD-123456".to_owned())]);
    assert_eq!(
        find("ORD123456 und ab12345"),
        [("order-number".to_owned(), "ORD-123456".to_owned()), ("claim".to_owned(), "AB 12 345".to_owned())]
    );
    assert_eq!(find("ORD-1234567, XORD-123456, ab1234"), []);
}

#[test]
fn phone_numbers_become_e164() {
    check("+41 79 123 45 67", "de", &[("phone", "+41 79 123 45 67", "+41791234567")]);
    check("+41 (0)79 123 45 67", "de", &[("phone", "+41 (0)79 123 45 67", "+41791234567")]);
    check("0041 44 668 18 00", "de", &[("phone", "0041 44 668 18 00", "+41446681800")]);
    check("rufen Sie 079/123.45.67 an", "de", &[("phone", "079/123.45.67", "+41791234567")]);
    check("+33 6 12 34 56 78", "fr", &[("phone", "+33 6 12 34 56 78", "+33612345678")]);
    check("06.12.34.56.78", "fr", &[("phone", "06.12.34.56.78", "+41612345678")]);
    check("+41791234567 8001 Zürich", "de", &[("phone", "+41791234567", "+41791234567"), ("postcode", "8001", "8001")]);
    check("0800, 012, +1, 00", "de", &[]);
}

#[test]
fn postcodes_need_something_that_speaks_for_them() {
    check("8001 Zürich", "de", &[("postcode", "8001", "8001")]);
    check("CH-1003 Lausanne", "fr", &[("postcode", "1003", "1003")]);
    check("plz 3000", "de", &[("postcode", "3000", "3000")]);
    check("75001", "fr", &[("postcode", "75001", "75001")]);
    check("via Roma, 00184 Roma", "it", &[("postcode", "00184", "00184")]);
    check(
        "2000 Franken für 1500 flyer, 1234.50, 0123 Ort, seit 2019",
        "de",
        &[("money", "2000 Franken", "CHF 2000.00")],
    );
    assert_eq!(scan("es ist 3011 hier", "de", &["postcode"]), [("postcode".into(), "3011".into(), "3011".into())]);
}

#[test]
fn listed_values_are_found_by_any_spelling() {
    check(
        "MEINE LETTRE-RECOMMANDEE und das Paket",
        "de",
        &[("product", "LETTRE-RECOMMANDEE", "registered-letter"), ("product", "Paket", "parcel")],
    );
    check("Einschriebn", "de", &[("product", "Einschriebn", "registered-letter")]);
    check(
        "lettre recomandée, clois",
        "fr",
        &[("product", "lettre recomandée", "registered-letter"), ("product", "clois", "parcel")],
    );
    check("Pack, Haken, Einsiedeln", "de", &[]);
}

#[test]
fn a_long_text_is_read_in_time_that_grows_with_it() {
    let digits = "0 ".repeat(5_000);
    assert!(scan(&digits, "de", &["postcode"]).len() < 5_000);
    scan(&"a@".repeat(5_000), "de", &[]);
    scan(&"Paket Einschreiben 99.".repeat(500), "de", &[]);
}

proptest! {
    #[test]
    fn places_lie_within_any_text_and_apart(message in "[ -~äéß👍0-9@.+/()]{0,80}") {
        let (settings, lists) = (Settings::default(), lists());
        let scanner = Scanner::new(&settings, &lists);
        let mut end = 0;
        for entity in scanner.scan(&message, &Text::read(&message), "de", &["postcode".into()], NOW) {
            prop_assert!(entity.start >= end && entity.start < entity.end);
            prop_assert!(message.get(entity.start as usize..entity.end as usize).is_some());
            end = entity.end;
        }
    }

    #[test]
    fn a_number_with_its_check_digit_is_found_and_with_another_is_not(serial in 0_u32..100_000_000, wrong in 1_u32..10) {
        let serial = format!("{serial:08}");
        let sum: u32 = serial.bytes().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(digit, factor)| u32::from(digit - b'0') * factor).sum();
        let check = match 11 - sum % 11 { 10 => 0, 11 => 5, check => check };
        let number = format!("LX{serial}{check}FR");
        prop_assert_eq!(scan(&number, "fr", &[]), [("tracking-number".to_owned(), number.clone(), number.clone())]);
        let number = format!("LX{serial}{}FR", (check + wrong) % 10);
        prop_assert!(scan(&number, "fr", &[]).iter().all(|(kind, ..)| kind != "tracking-number"));
    }
}
