//! The commonest words of languages that this plugin happens to know: what short messages consist of.

/// Function words, greetings and question words of a language, by its primary tag; none for a language unknown here, which
/// then rests on the corpus alone.
pub(super) fn of(language: &str) -> impl Iterator<Item = &'static str> {
    let words = match language {
        "de" => GERMAN,
        "fr" => FRENCH,
        "it" => ITALIAN,
        "en" => ENGLISH,
        _ => "",
    };
    words.split_whitespace()
}

const GERMAN: &str = "
    der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ich du er sie es wir ihr
    mich mir mein meine meinen meinem meiner dein deine sein seine ihre ihren ihnen uns unser unsere ist sind war waren bin
    bist hat habe haben hatte wird werden wurde kann können konnte könnte muss müssen soll sollte will wollen möchte darf
    wo wie was wann warum wieso weshalb wer wen wem welche welcher welches wohin woher auf aus bei mit nach von vom vor zu
    zum zur in im an am für über unter durch gegen ohne um bis seit schon noch nur auch immer wieder mehr sehr heute morgen
    gestern jetzt bitte danke hallo guten tag grüezi grüessech hoi salü ade tschüss ja nein doch dass wenn weil ob als dann
    hier dort etwas nichts jemand niemand gibt geht kommt macht bekommen erhalten warte suche brauche isch bi han hät het mis
    mini chan cha wänn öpper nöd nid gaht wie lange viel gerne leider gut schlecht alles klar";

const FRENCH: &str = "
    le la les l un une des du de d et ou mais ne pas plus je tu il elle on nous vous ils elles me m te se s moi toi mon ma
    mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces c ça cela est sont était suis êtes sommes ai
    as a avons avez ont avait sera peut peux pouvez pourrais dois doit devez veux voudrais voulez faut où comment quand
    pourquoi qui que quoi quel quelle quels quelles combien qu avec sans pour par sur sous dans en au aux chez vers depuis
    jusqu avant après entre encore déjà toujours jamais aussi très bien mal tout tous toute rien quelque aujourd hui demain
    hier maintenant merci bonjour bonsoir salut au revoir oui non si s'il plaît svp pourriez être avoir faire fait reçu
    recevoir attends cherche besoin aller venir arrive n y ici là parce comme alors donc beaucoup trop peu même";

const ITALIAN: &str = "
    il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla in nel nella
    nei con su sul sulla per tra fra e o ma non più io tu lui lei noi voi loro mi ti si ci vi me te mio mia miei mie tuo tua
    suo sua nostro vostro questo questa questi queste quello quella è sono sei siamo siete era ero ho hai ha abbiamo avete
    hanno aveva sarà può posso potete puoi potrei devo deve dovete voglio vorrei vuole dove come quando perché chi che cosa
    cos quale quali quanto quanta quanti quante anche ancora già sempre mai molto bene male tutto tutti niente qualcosa oggi
    domani ieri adesso ora grazie buongiorno buonasera ciao salve arrivederci sì no per favore prego essere avere fare fatto
    ricevuto ricevere aspetto aspettando cerco bisogno andare venire arriva arrivato arrivata qui lì se poi allora dopo prima
    senza verso troppo poco stesso dov c'è";

const ENGLISH: &str = "
    the a an and or but not no i you he she it we they me him her us them my your his its our their mine yours this that
    these those is are was were am be been being has have had do does did will would can could should shall may might must
    where what when why who whom which how on at by for with about against between into through during before after above to
    from up down in out off over under again then once here there all any both each few more most other some such only own
    same so than too very just now today tomorrow yesterday please thanks thank hello hi hey good morning bye yes of if
    because as until while it's i'm don't didn't hasn't haven't isn't wasn't can't won't i've i'd what's where's get got
    getting want need like know still yet much many long one anything nothing something anyone got received waiting";
