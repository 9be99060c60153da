## A word for everything that has a name in the code. A code name never reaches the screen.

role-agent = Agent
role-helper = Helper
role-team-lead = Team leader
role-editor = Editor
role-analyst = Analyst
role-account-manager = Account manager
role-privacy-officer = Privacy officer
role-administrator = Administrator

permission-read-conversations = reading conversations
permission-reply = answering residents
permission-note = writing notes
permission-claim = taking conversations and giving them back
permission-assign = giving conversations to a colleague
permission-close = closing and reopening conversations
permission-resolve-unknown = deciding about messages of which we do not know whether they arrived
permission-read-raw-events = seeing messages that could not be read
permission-replay-raw-events = having messages that could not be read read again
permission-read-channel-health = see how the channels are doing
permission-read-settings = seeing settings
permission-manage-settings = changing settings
permission-manage-texts = change canned texts
permission-export = exporting everything of the municipality
permission-read-audit = seeing who changed what

state-new = new
state-open = open
state-waiting-for-resident = waiting for the resident
state-waiting-for-department = waiting for a department
state-snoozed = put off
state-closed = closed
state-reopened = reopened

outcome-answered = The question has been answered
outcome-referred = Referred, with the way there
outcome-no-answer-needed = No answer is needed
outcome-spam = Advertising, or not for the municipality

channel-other = another channel

unit-characters = characters
unit-bytes = bytes

kind-text = Text
kind-image = Photo
kind-video = Video
kind-audio = Sound
kind-voice = Voice message
kind-document = Document
kind-sticker = Sticker
kind-location = Location
kind-contacts = Contact details
kind-interactive = Choice from a list
kind-button = Press of a button
kind-order = Order
kind-template = Template
kind-unsupported = The channel could not pass this message on
kind-unknown = Message that we cannot show yet

delivery-queued = Waiting to be sent
delivery-in-flight = Being sent
delivery-unknown = We do not know whether this arrived
delivery-accepted = Taken by the channel
delivery-sent = Sent
delivery-cancelled = Not sent: a colleague took it back
delivery-failed = Not sent
delivery-delivered = Delivered
delivery-read = Read
delivery-played = Played

part-queued = Waiting to be sent
part-claimed = Being prepared
part-in-flight = Being sent
part-accepted = Taken by the channel
part-failed = Not sent
part-unknown = We do not know whether this arrived
part-cancelled = Dealt with by a colleague

raw-state-received = Waiting to be read
raw-state-read = Read
raw-state-quarantined = Could not be read completely
part-was-taken-back = Taken back. The resident has not seen this
