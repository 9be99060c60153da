//! What both municipalities say often, as somebody who answers residents would write it.

use usecases::canned_texts::SaveText;

use super::known;

/// Shortcut, name, team (nothing is for all), text.
pub(super) type Text = (&'static str, &'static str, &'static str, &'static str);

pub(super) const ZWANENDAM: &[Text] = &[
    (
        "adres",
        "Adres van de melding vragen",
        "",
        "Dag {naam inwoner}, dank voor uw bericht. Wat is het adres, of bij welk huisnummer is het ongeveer? Een foto of \
         een plek op de kaart mag ook. Dan gaan we er meteen mee aan de slag.\n\nGroet, {mijn naam}\n{gemeente}",
    ),
    (
        "afspraak",
        "Afspraak maken bij Burgerzaken",
        "burgerzaken",
        "Dag {naam inwoner}, voor een paspoort, identiteitskaart of rijbewijs maakt u eerst een afspraak. Dat kan op \
         zwanendam.example/afspraak, of bel 14 0999. Neem uw oude document mee.\n\nGroet, {mijn naam}\n{gemeente}",
    ),
    (
        "bedankt",
        "Bedanken en afsluiten",
        "",
        "Graag gedaan, {naam inwoner}. Fijne dag nog!\n\nGroet, {mijn naam}",
    ),
    (
        "doorgestuurd",
        "Vraag ligt bij een vakafdeling",
        "",
        "Dag {naam inwoner}, dank voor uw bericht. We hebben uw vraag aan de collega’s gegeven die erover gaan. U hoort \
         binnen twee werkdagen van ons.\n\nGroet, {mijn naam}\n{gemeente}",
    ),
    (
        "grofvuil",
        "Grofvuil laten ophalen",
        "webcare",
        "Dag {naam inwoner}, grofvuil halen we gratis op, tot twee kubieke meter. Maak een afspraak op \
         zwanendam.example/grofvuil of bel 14 0999. Zet het op de dag zelf voor half acht aan de weg.\n\nGroet, \
         {mijn naam}\n{gemeente}",
    ),
    (
        "lantaarn",
        "Lantaarnpaal kapot",
        "webcare",
        "Dag {naam inwoner}, dank voor uw melding. Op de paal staat een nummer; weet u dat? Dan kan de monteur er direct \
         naartoe. Een lamp die uit is, maken we binnen vijf werkdagen.\n\nGroet, {mijn naam}\n{gemeente}",
    ),
    (
        "openingstijden",
        "Openingstijden van het stadhuis",
        "",
        "Dag {naam inwoner}, het stadhuis is open van maandag tot en met vrijdag van 9.00 tot 17.00 uur, en op donderdag \
         tot 20.00 uur. Voor de balie maakt u een afspraak op zwanendam.example/afspraak.\n\nGroet, {mijn naam}\n\
         {gemeente}",
    ),
    (
        "prive",
        "Geen persoonsgegevens in een chat",
        "",
        "Dag {naam inwoner}, stuur ons hier liever geen burgerservicenummer, foto van een paspoort of medische gegevens. \
         Dat is voor uw veiligheid. Op zwanendam.example/contact logt u in met DigiD, of bel 14 0999.\n\nGroet, \
         {mijn naam}\n{gemeente}",
    ),
    (
        "volle-container",
        "Container is vol",
        "webcare",
        "Dag {naam inwoner}, wat vervelend dat de container vol is. We laten hem vandaag of morgen legen. Zet er niets \
         naast: dat trekt ratten aan. De dichtstbijzijnde andere container vindt u op zwanendam.example/containers.\n\n\
         Groet, {mijn naam}\n{gemeente}",
    ),
];

pub(super) const LINDEVELD: &[Text] = &[(
    "bedankt",
    "Bedanken en afsluiten",
    "",
    "Graag gedaan, {naam inwoner}. Groet, {mijn naam} van {gemeente}",
)];

pub(super) fn declared((shortcut, name, team, text): &Text) -> SaveText {
    SaveText {
        name: (*name).to_owned(),
        shortcut: (*shortcut).to_owned(),
        text: (*text).to_owned(),
        team: Some(*team).filter(|team| !team.is_empty()).map(known),
        channel: None,
    }
}
