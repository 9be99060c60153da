"""Drives the simulated WhatsApp with somebody else's client library, pywa, and prints what worked.

The simulation and our connector are both ours: a misunderstanding that both share would go unseen. pywa was written
by others against the real platform, so whatever it can do here, the simulation got right.

By hand, not part of ./test:

    python3 -m venv /tmp/client && /tmp/client/bin/pip install pywa==4.5.0 flask==3.1.3
    cargo build && /tmp/client/bin/python tests/platforms/whatsapp_client.py target/debug/gehoor

Exits 0 when everything worked. To add a check: a function under `sends` or `arrives`.
"""

import http.server
import json
import logging
import queue
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager

import httpx
import pywa
from flask import Flask
from pywa import WhatsApp, types
from pywa.errors import WhatsAppError
from pywa.types import templates as t
from werkzeug.serving import make_server

NUMBER, ACCOUNT, RESIDENT = "106540352242922", "102290129340398", "31600123456"
TOKEN, SECRET, VERIFY = "EAAG-a-token", "a-secret-of-the-app", "a-token-for-the-handshake"
PATIENCE_SECONDS = 10


# --- the platforms, the client and its callback -----------------------------------------------------------------------


@contextmanager
def platforms(program):
    """The simulated platforms on a free port, as their address."""
    command = [program, "platforms", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if "listening on " in line:
                yield line.split("listening on ")[1].strip()
                break
        else:
            sys.exit("The platforms did not start.")
    finally:
        process.terminate()
        process.wait()


class ToTheSimulation(httpx.HTTPTransport):
    """Sends what is meant for Meta to the simulation."""

    def __init__(self, address):
        super().__init__()
        self.address = httpx.URL(address)

    def handle_request(self, request):
        if request.url.host == "graph.facebook.com":
            here = self.address
            request.url = request.url.copy_with(scheme=here.scheme, host=here.host, port=here.port)
            request.headers["Host"] = f"{here.host}:{here.port}"
        return super().handle_request(request)


def control(address, path, body):
    """Steers the simulation."""
    request = urllib.request.Request(f"{address}/control{path}", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Town:
    """One number, a client of it, and whatever the client was told."""

    def __init__(self, address):
        self.address = address
        self.told = queue.Queue()
        app = Flask("callback")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.client = WhatsApp(
            phone_id=NUMBER, token=TOKEN, waba_id=ACCOUNT, app_secret=SECRET, verify_token=VERIFY, server=app,
            session=httpx.Client(transport=ToTheSimulation(address), timeout=PATIENCE_SECONDS),
        )
        self.listen()
        callback = f"http://127.0.0.1:{self.server.port}/"
        control(address, "/whatsapp/numbers", {
            "phoneNumberId": NUMBER, "wabaId": ACCOUNT, "displayPhoneNumber": "+31 600 999 888",
            "verifiedName": "Gemeente Zwanendam", "appSecret": SECRET, "accessToken": TOKEN,
            "verifyToken": VERIFY, "callbackUrl": callback, "coexistence": True,
            "statusPace": {"sentMs": 10, "deliveredMs": 10, "readMs": 10}})
        proof = control(address, f"/whatsapp/numbers/{NUMBER}/verification", {})
        assert proof["verified"], proof

    def listen(self):
        kinds = [
            "message", "callback_button", "callback_selection", "message_status", "flow_completion", "edited_message",
            "deleted_message", "phone_number_change", "identity_change", "template_status_update",
            "template_quality_update", "template_category_update", "account_update", "user_marketing_preferences",
            "outgoing_message", "call_permission_update",
        ]
        for kind in kinds:
            getattr(self.client, f"on_{kind}")(lambda _, update, kind=kind: self.told.put((kind, update)))

    def wait_for(self, kind, fits=lambda update: True):
        """The next update of this kind that fits; others are dropped."""
        while True:
            try:
                name, update = self.told.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                raise AssertionError(f"no {kind} came") from None
            if name == kind and fits(update):
                return update

    def does(self, deed, **more):
        """The resident does something."""
        body = {"from": RESIDENT, "name": "Yusuf", "acts": [{"does": deed, **more}]}
        return control(self.address, f"/whatsapp/numbers/{NUMBER}/inbound", body)["wamids"]


# --- what is checked --------------------------------------------------------------------------------------------------


def picture():
    """A PNG of one point."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
        "89993d1d0000000049454e44ae426082")


def sends(town):
    """Every call of the client, by name."""
    wa, to = town.client, RESIDENT
    town.does({"text": {"body": "Hallo"}})
    hello = town.wait_for("message")
    files = {}

    def upload():
        files["picture"] = wa.upload_media(media=picture(), mime_type="image/png", filename="a.png").id

    def fetch():
        found = wa.get_media_url(files["picture"])
        assert found.mime_type == "image/png" and wa.get_media_bytes(found.url) == picture()

    def download():
        with tempfile.TemporaryDirectory() as room:
            path = wa.download_media(url=wa.get_media_url(files["picture"]).url, path=room)
            assert path.read_bytes() == picture()

    def delete():
        assert wa.delete_media(files["picture"])

    def wrong_token():
        other = WhatsApp(phone_id=NUMBER, token="nobody's", session=httpx.Client(transport=ToTheSimulation(town.address)))
        try:
            other.send_message(to=to, text="x")
        except WhatsAppError as error:
            assert (type(error).__name__, error.code) == ("ExpiredAccessToken", 190), error
        else:
            raise AssertionError("accepted")

    def refused(expected, call):
        def check():
            try:
                call()
            except WhatsAppError as error:
                assert type(error).__name__ == expected, f"{type(error).__name__}: {error}"
            else:
                raise AssertionError("accepted")
        return check

    def create_template():
        made = wa.create_template(t.Template(
            name="melding_af", language=t.TemplateLanguage.DUTCH, category=t.TemplateCategory.UTILITY,
            components=[t.BodyText("Uw melding {{1}} is opgelost, dank u.", "4711"), t.Buttons(buttons=[t.QuickReplyButton(text="Dank u")])]))
        update = town.wait_for("template_status_update")
        files["template"] = made.id
        assert str(update.template_id) == str(made.id) and update.new_status.name == "APPROVED", update

    def send_template():
        wa.send_template(to=to, name="melding_af", language=t.TemplateLanguage.DUTCH, params=[
            t.BodyText.params("4711"), t.QuickReplyButton.params(callback_data="dank", index=0)])

    def edit_template():
        assert wa.update_template(files["template"], new_components=[t.BodyText("Uw melding is opgelost.")])
        town.wait_for("template_status_update")

    def list_templates():
        names = [one.name for one in wa.get_templates()]
        assert "melding_af" in names, names

    def statuses():
        sent = wa.send_message(to=to, text="Tot ziens", tracker="deel-17")
        seen = set()
        while seen != {"sent", "delivered", "read"}:
            update = town.wait_for("message_status", lambda update: update.id == sent.id)
            assert update.tracker == "deel-17"
            seen.add(update.status.value)

    rows = types.SectionList("Kies", [types.Section("Afval", [types.SectionRow("Papier", "papier", "Blauw")])])
    flow = types.FlowButton("Invullen", flow_id="1", flow_token="t-1", flow_message_version="3")
    buttons = [types.Button("Ja", "ja"), types.Button("Nee", "nee")]
    address = "https://zwanendam.example"
    yield "send_message", lambda: wa.send_message(to=to, text="Dag!", preview_url=True)
    yield "send_message to a user id", lambda: wa.send_message(to=hello.from_user.bsuid, text="Dag!")
    yield "send_message quoting", lambda: wa.send_message(to=to, text="Dit", reply_to_message_id=hello.id)
    yield "upload_media", upload
    yield "get_media_url, get_media_bytes", fetch
    yield "download_media", download
    yield "send_image by bytes, with caption", lambda: wa.send_image(to=to, image=picture(), mime_type="image/png", caption="Zo")
    yield "send_image by id", lambda: wa.send_image(to=to, image=files["picture"])
    yield "send_document", lambda: wa.send_document(to=to, document=b"Dag", filename="brief.txt", mime_type="text/plain")
    yield "send_audio", lambda: wa.send_audio(to=to, audio=b"ID3", mime_type="audio/mpeg")
    yield "send_video", lambda: wa.send_video(to=to, video=b"ftyp", mime_type="video/mp4")
    yield "send_voice", lambda: wa.send_voice(to=to, voice=b"OggS OpusHead", mime_type="audio/ogg; codecs=opus")
    yield "send_sticker", lambda: wa.send_sticker(to=to, sticker=b"RIFF", mime_type="image/webp")
    yield "delete_media", delete
    yield "send_location", lambda: wa.send_location(to=to, latitude=52.1, longitude=4.6, name="Stadhuis")
    yield "request_location", lambda: wa.request_location(to=to, text="Waar is het?")
    yield "send_contact", lambda: wa.send_contact(to=to, contact=types.Contact(
        name=types.Contact.Name(formatted_name="Noor", first_name="Noor"), phones=[types.Contact.Phone(phone="14 023")]))
    yield "send_reaction", lambda: wa.send_reaction(to=to, emoji="👍", message_id=hello.id)
    yield "remove_reaction", lambda: wa.remove_reaction(to=to, message_id=hello.id)
    yield "send_message with buttons", lambda: wa.send_message(to=to, text="Klopt het?", buttons=buttons, footer="Gemeente")
    yield "send_message with a list", lambda: wa.send_message(to=to, text="Waarover?", buttons=rows, header="Afval")
    yield "send_message with a link", lambda: wa.send_message(to=to, text="Kijk", buttons=types.URLButton("Site", address))
    yield "send_message with a flow", lambda: wa.send_message(to=to, text="Vul in", buttons=flow)
    yield "create_template, and its review", create_template
    yield "send_template", send_template
    yield "get_template", lambda: wa.get_template(files["template"])
    yield "get_templates", list_templates
    yield "update_template, and its review", edit_template
    yield "delete_template", lambda: wa.delete_template("melding_af")
    yield "mark_message_as_read", lambda: wa.mark_message_as_read(hello.id)
    yield "indicate_typing", lambda: wa.indicate_typing(hello.id)
    yield "statuses with our own id", statuses
    yield "get_business_phone_number", lambda: wa.get_business_phone_number()
    yield "get_business_phone_numbers", lambda: list(wa.get_business_phone_numbers())
    yield "get_business_account", lambda: wa.get_business_account()
    yield "update_business_profile", lambda: wa.update_business_profile(about="Wij helpen u", websites=[address])
    yield "get_business_profile", lambda: wa.get_business_profile()
    yield "190 is ExpiredAccessToken", wrong_token
    yield "131009 is InvalidParameter", refused("InvalidParameter", lambda: wa.send_message(
        to=to, text="x", buttons=[types.Button("Ja", "a"), types.Button("Nee", "a")]))
    yield "132001 is TemplateNotExists", refused("TemplateNotExists", lambda: wa.send_template(
        to=to, name="onbekend", language=t.TemplateLanguage.DUTCH, params=[]))
    control(town.address, "/whatsapp/residents", {"phone": "31600000009", "name": "Noor"})
    yield "131047 is ReEngagementMessage", refused("ReEngagementMessage", lambda: wa.send_message(to="31600000009", text="x"))


def arrives(town):
    """Every kind of webhook, by name, with how it is caused."""
    wa = town.client
    own = town.does({"text": {"body": "Hallo"}})[0]
    town.wait_for("message", lambda update: update.id == own)
    buttons = wa.send_message(to=RESIDENT, text="Klopt het?", buttons=[types.Button("Ja", "ja")])
    rows = types.SectionList("Kies", [types.Section("Afval", [types.SectionRow("Papier", "papier", "Blauw")])])
    listed = wa.send_message(to=RESIDENT, text="Waarover?", buttons=rows)
    flow = wa.send_message(to=RESIDENT, text="Vul in", buttons=types.FlowButton(
        "Invullen", flow_id="1", flow_token="t-1", flow_message_version="3"))

    def message(deed, fits, **more):
        def check():
            wamid = town.does(deed, **more)[0]
            update = town.wait_for("message", lambda update: update.id == wamid)
            assert fits(update), update
        return check

    def file(kind, **more):
        def check():
            wamid = town.does({"file": {"kind": kind, **more}})[0]
            update = town.wait_for("message", lambda update: update.id == wamid)
            assert len(update.media.get_bytes()) > 100, update
        return check

    def other(deed, kind, fits=lambda update: True, **more):
        def check():
            town.does(deed, **more)
            update = town.wait_for(kind)
            assert fits(update), update
        return check

    def event(event, kind, fits=lambda update: True):
        def check():
            control(town.address, f"/whatsapp/numbers/{NUMBER}/events", event)
            update = town.wait_for(kind)
            assert fits(update), update
        return check

    def edit():
        wamid = town.does({"text": {"body": "Halo"}})[0]
        other({"edit": {"message": wamid, "text": "Hallo!"}}, "edited_message", lambda one: one.message.text == "Hallo!")()

    yield "text", message({"text": {"body": "Eén lantaarn 💡"}}, lambda one: one.text == "Eén lantaarn 💡")
    yield "text, quoting", message({"text": {"body": "x"}}, lambda one: one.reply_to_message.id == own, quotes=own)
    yield "text, forwarded", message({"text": {"body": "x"}}, lambda one: one.forwarded, forwarded="once")
    yield "text, forwarded often", message({"text": {"body": "x"}}, lambda one: one.forwarded_many_times, forwarded="often")
    yield "text, by an advertisement", message({"text": {"body": "x"}}, lambda one: one.referral.source_id == "17", referral={
        "sourceUrl": "https://zwanendam.example", "sourceId": "17", "headline": "a", "body": "b"})
    yield "image, with a place", file("image", sample="waste", caption="Zakken", place={"latitude": 52.1, "longitude": 4.6})
    for kind in ["video", "audio", "voice", "document", "sticker"]:
        yield kind, file(kind)
    yield "sticker that moves", file("sticker", sample="sticker-moving")
    yield "location", message({"location": {"latitude": 52.1, "longitude": 4.6}}, lambda one: one.location.latitude == 52.1)
    yield "contacts", message({"contact": {"name": "Noor", "phone": "+31 600 000 001"}}, lambda one: one.contacts[0].name.formatted_name == "Noor")
    yield "reaction", message({"reaction": {"message": own, "emoji": "👍"}}, lambda one: one.reaction.emoji == "👍")
    yield "reaction taken back", message({"reaction": {"message": own}}, lambda one: one.reaction.is_removed)
    yield "order", message({"order": {"catalogId": "1", "text": "x", "items": [["a", 2]]}}, lambda one: one.order.products[0].quantity == 2)
    yield "unsupported", message({"unsupported": {"kind": "poll"}}, lambda one: one.type.value == "unsupported")
    yield "button", other({"press": {"message": buttons.id, "choice": "Ja"}}, "callback_button", lambda one: one.data == "ja")
    yield "list", other({"press": {"message": listed.id, "choice": "papier"}}, "callback_selection", lambda one: one.data == "papier")
    yield "flow", other({"flow": {"message": flow.id, "answers": {"straat": "Kerkstraat"}}}, "flow_completion", lambda one: one.token == "t-1")
    yield "edit", edit
    yield "deletion", other({"revoke": {"message": own}}, "deleted_message")
    yield "new keys", other("changeIdentity", "identity_change")
    yield "no marketing", other({"marketing": {"wanted": False}}, "user_marketing_preferences")
    yield "echo of the phone", event({"echo": {"to": RESIDENT, "text": "Vanaf de telefoon"}}, "outgoing_message", lambda one: one.text == "Vanaf de telefoon")
    yield "violation", event({"violation": {"kind": "SPAM"}}, "account_update", lambda one: one.violation_info.type == "SPAM")
    yield "ban", event({"ban": {"state": "SCHEDULE_FOR_DISABLE"}}, "account_update", lambda one: one.ban_info is not None)
    yield "new number", other({"changeNumber": {"to": "31600654321"}}, "phone_number_change", lambda one: one.new_wa_id == "31600654321")


def forged(town):
    """A delivery that somebody else signed must not come through: the client does check."""
    body = json.dumps({"object": "whatsapp_business_account", "entry": []}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{town.server.port}/", body, {
        "Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + "0" * 64})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        assert refused.code in (400, 401, 403), refused.code
    else:
        raise AssertionError("a forged delivery was accepted")


def main(program):
    logging.disable(logging.WARNING)
    http.server.BaseHTTPRequestHandler.log_message = lambda *_: None
    print(f"pywa {pywa.__version__}")
    worked = failed = 0
    with platforms(program) as address:
        town = Town(address)
        for part, checks in [("sends", sends(town)), ("arrives", arrives(town)), ("signature", [("forged", lambda: forged(town))])]:
            for name, check in checks:
                try:
                    # To one person a business may send one message in six seconds, in the long run.
                    control(address, "/clock", {"advanceSeconds": 60})
                    check()
                    outcome = "worked"
                    worked += 1
                except Exception as error:
                    outcome = f"FAILED  {type(error).__name__}: {error}"
                    failed += 1
                print(f"{part:10} {name:40} {outcome}", flush=True)
    print(f"{worked} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
