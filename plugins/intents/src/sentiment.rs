//! How a customer feels, as far as words show it: a modest lexicon in German, French, Italian and English.
//!
//! It is made to find people who are strongly upset, and to leave the others alone: a problem told calmly is not anger.

mod lexicon;

use crate::text::Text;

/// So many words after a negation are turned around.
const REACH_OF_NEGATION: usize = 3;
/// A turned word loses some of its force: "not good" is not "bad".
const TURNED: f32 = -0.6;
/// What shouting and rows of exclamation marks add to a negative word.
const SHOUTED: f32 = 1.4;
/// A single word of strength two lies here: the middle of the scale.
const HALF: f32 = 2.0;

/// The feeling of a message, from -1 (furious) to 1 (delighted); 0 where no word tells.
pub(crate) fn of(message: &str, text: &Text) -> f32 {
    let mut sum = 0.0;
    // The word at which a negation, once met, has lost its force.
    let mut negated_before = 0;
    for (index, word) in text.words.iter().enumerate() {
        if text.is_one_of(word, &lexicon::NEGATIONS) {
            negated_before = index + 1 + REACH_OF_NEGATION;
        } else if let Some(strength) = lexicon::strength(text.folded(word)) {
            sum += f32::from(strength) * if index < negated_before { TURNED } else { 1.0 };
            negated_before = 0;
        }
    }
    if sum < 0.0 && is_shouted(message) {
        sum *= SHOUTED;
    }
    sum / (sum.abs() + HALF)
}

/// Mostly capitals, or two exclamation marks in a row.
fn is_shouted(message: &str) -> bool {
    let letters = message.chars().filter(|letter| letter.is_alphabetic()).count();
    let capitals = message.chars().filter(|letter| letter.is_uppercase()).count();
    message.contains("!!") || (capitals >= 8 && capitals * 10 >= letters * 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeling(message: &str) -> f32 {
        of(message, &Text::read(message))
    }

    #[test]
    fn strongly_upset_customers_are_heard_in_four_languages() {
        for message in [
            "Das ist eine Frechheit, so ein schlechter Service!",
            "Eine bodenlose Unverschämtheit!!",
            "Saftladen, ich habe die Schnauze voll",
            "C'est scandaleux, un service lamentable",
            "Vous vous foutez de moi, c'est inadmissible",
            "È una vergogna, servizio pessimo",
            "Siete degli incompetenti, uno schifo!!",
            "This is outrageous, the worst service ever",
            "ABSOLUTELY DISGUSTING, YOU ARE USELESS",
        ] {
            assert!(feeling(message) <= -0.5, "{message:?} has {}", feeling(message));
        }
    }

    #[test]
    fn happy_customers_are_not_taken_for_angry_ones() {
        for message in [
            "Super, vielen Dank für die schnelle Hilfe!!",
            "Merci beaucoup, c'est parfait",
            "Perfetto, grazie mille!",
            "Great service, thank you so much!!",
            "nicht schlecht, danke",
            "MERCI BEAUCOUP!!!",
        ] {
            assert!(feeling(message) > 0.0, "{message:?} has {}", feeling(message));
        }
    }

    #[test]
    fn a_problem_told_calmly_is_not_anger() {
        for message in [
            "Mein Paket ist nicht angekommen",
            "Mon colis est endommagé",
            "Il pacco è in ritardo",
            "I was not at home when the courier came",
            "WO IST MEIN PAKET?",
            "hier encore rien reçu",
            "Was kostet ein Päckli?",
            "",
        ] {
            assert!(feeling(message) > -0.4, "{message:?} has {}", feeling(message));
        }
    }
}
