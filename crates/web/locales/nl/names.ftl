## Een woord voor alles wat in de code een naam heeft. Een codenaam komt nooit op het scherm.

role-agent = Medewerker
role-helper = Bijspringer
role-team-lead = Teamleider
role-editor = Redacteur
role-analyst = Analist
role-account-manager = Accountmanager
role-privacy-officer = Privacy officer
role-administrator = Beheerder

permission-read-conversations = gesprekken lezen
permission-reply = inwoners antwoorden
permission-note = notities schrijven
permission-claim = gesprekken zelf nemen of teruggeven
permission-assign = gesprekken aan een collega geven
permission-close = gesprekken sluiten en heropenen
permission-resolve-unknown = beslissen over berichten waarvan we niet weten of ze zijn aangekomen
permission-read-raw-events = zien welke berichten niet gelezen konden worden
permission-replay-raw-events = berichten die niet gelezen konden worden opnieuw laten lezen
permission-read-channel-health = zien hoe het met de kanalen gaat
permission-read-settings = instellingen bekijken
permission-manage-settings = instellingen veranderen
permission-manage-texts = standaardteksten veranderen
permission-export = alles van de gemeente exporteren
permission-read-audit = zien wie wat heeft veranderd

state-new = nieuw
state-open = open
state-waiting-for-resident = wacht op de inwoner
state-waiting-for-department = wacht op een vakafdeling
state-snoozed = uitgesteld
state-closed = gesloten
state-reopened = heropend

outcome-answered = De vraag is beantwoord
outcome-referred = Doorverwezen, met de weg erheen
outcome-no-answer-needed = Er is geen antwoord nodig
outcome-spam = Reclame, of niet voor de gemeente

channel-other = een ander kanaal

unit-characters = tekens
unit-bytes = bytes

kind-text = Tekst
kind-image = Foto
kind-video = Video
kind-audio = Geluid
kind-voice = Spraakbericht
kind-document = Document
kind-sticker = Sticker
kind-location = Locatie
kind-contacts = Contactgegevens
kind-interactive = Keuze uit een lijst
kind-button = Druk op een knop
kind-order = Bestelling
kind-template = Sjabloon
kind-unsupported = Het kanaal kon dit bericht niet doorgeven
kind-unknown = Bericht dat we nog niet kunnen tonen

delivery-queued = Wacht op verzenden
delivery-in-flight = Wordt verstuurd
delivery-unknown = We weten niet of dit is aangekomen
delivery-accepted = Aangenomen door het kanaal
delivery-sent = Verstuurd
delivery-cancelled = Niet verstuurd: een collega heeft het teruggenomen
delivery-failed = Niet verstuurd
delivery-delivered = Afgeleverd
delivery-read = Gelezen
delivery-played = Afgespeeld

part-queued = Wacht op verzenden
part-claimed = Wordt klaargezet
part-in-flight = Wordt verstuurd
part-accepted = Aangenomen door het kanaal
part-failed = Niet verstuurd
part-unknown = We weten niet of dit is aangekomen
part-cancelled = Afgehandeld door een collega

raw-state-received = Wacht om gelezen te worden
raw-state-read = Gelezen
raw-state-quarantined = Kon niet helemaal gelezen worden
part-was-taken-back = Teruggehaald. De inwoner heeft dit niet gezien
