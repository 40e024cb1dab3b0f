"""What calendar2ics and contacts2vcf write, read by libraries of another language and compared with the records of exportall.

All three run on the same sample account. Needs Go, and Debian's python3-icalendar and python3-vobject:

    python3 -m unittest clients/python/test_formats.py
"""

import datetime
import json
import pathlib
import subprocess
import tempfile
import unittest
import zipfile
import zoneinfo

import icalendar
import vobject

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
MIDNIGHT = datetime.time()


def run(program, *args):
    subprocess.run(["go", "run", "./" + program, *args], cwd=EXAMPLES, check=True, stdout=subprocess.DEVNULL)


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.dir.cleanup)
        archive = pathlib.Path(cls.dir.name, "account.zip")
        run("exportall", "-o", str(archive))
        with zipfile.ZipFile(archive) as export:
            cls.records = {
                name: [json.loads(line) for line in export.read(name + ".jsonl").splitlines()]
                for name in ("calendars", "events", "contacts")
            }

    def calendars(self, zone):
        """The files that calendar2ics writes, by the name of the calendar."""
        folder = pathlib.Path(self.dir.name, zone.replace("/", "-"))
        run("calendar2ics", "-zone", zone, "-dir", str(folder))
        read = [icalendar.Calendar.from_ical(path.read_bytes()) for path in folder.glob("*.ics")]
        return {str(calendar["X-WR-CALNAME"]): calendar for calendar in read}

    def test_events(self):
        for zone in ("UTC", "Europe/Oslo", "America/New_York", "Pacific/Auckland"):
            with self.subTest(zone=zone):
                written = self.calendars(zone)
                seen = 0
                for record in self.records["calendars"]:
                    events = [e for e in self.records["events"] if e["calendar_id"] == record["id"]]
                    self.assertEqual(record["name"] in written, bool(events))
                    if events:
                        calendar = written[record["name"]]
                        self.assertEqual(str(calendar.get("X-WR-CALDESC", "")), record["description"])
                        found = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
                        self.assertEqual(set(found), {e["id"] for e in events})
                        for event in events:
                            self.compare(event, found[event["id"]], zone)
                            seen += 1
                self.assertEqual(seen, len(self.records["events"]))
                self.assertGreater(seen, 5)

    def compare(self, record, event, zone):
        for name, key in (("SUMMARY", "name"), ("DESCRIPTION", "description"), ("LOCATION", "location"), ("COMMENT", "recurrence")):
            self.assertEqual(str(event.get(name, "")), record[key], name)
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if record["is_all_day_event"]:
            self.assertIs(type(start), datetime.date)
            length = instant(record["end_time"]) - instant(record["start_time"])
            self.assertEqual(end - start, length)
            off = instant(record["start_time"]) - datetime.datetime.combine(start, MIDNIGHT, datetime.timezone.utc)
            self.assertLessEqual(abs(off), datetime.timedelta(hours=13), "that day begins then somewhere on earth")
        else:
            self.assertEqual(start, instant(record["start_time"]))
            self.assertEqual(end, instant(record["end_time"]))
            # The clock of the zone, by Python's own table, not by the rules in the file.
            local = instant(record["start_time"]).astimezone(zoneinfo.ZoneInfo(zone))
            self.assertEqual(start.replace(tzinfo=None), local.replace(tzinfo=None))
        self.assertEqual(str(event["TRANSP"]), "TRANSPARENT" if record["availability"] == "free" else "OPAQUE")
        self.assertEqual(str(event.get("CLASS", "PUBLIC")), record["visibility"].upper())
        alarms = [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
        wanted = [] if record["reminder_time"] is None else [-datetime.timedelta(minutes=record["reminder_time"])]
        self.assertEqual(alarms, wanted)
        self.assertEqual(event["CREATED"].dt, instant(record["created_time"]))

    def test_days(self):
        club = self.calendars("Europe/Oslo")["Roberto's calendar"]
        days = {str(e["SUMMARY"]): (e["DTSTART"].dt, e["DTEND"].dt) for e in club.walk("VEVENT") if type(e["DTSTART"].dt) is datetime.date}
        september = lambda day: datetime.date(2014, 9, day)  # noqa: E731
        self.assertEqual(days, {
            "Cabin weekend": (september(12), september(15)),
            "Labor Day": (september(1), september(2)),  # entered in Seattle
            "Call Wiremu": (september(20), september(21)),  # entered in Auckland
        })

    def test_contacts(self):
        path = pathlib.Path(self.dir.name, "contacts.vcf")
        run("contacts2vcf", "-o", str(path))
        text = path.read_text(encoding="utf-8")
        cards = {card.uid.value: card for card in vobject.readComponents(text)}
        self.assertEqual(set(cards), {c["id"] for c in self.records["contacts"]})
        for record in self.records["contacts"]:
            card = cards[record["id"]]
            self.assertEqual(card.version.value, "4.0")
            self.assertEqual(card.fn.value, record["name"])
            name = card.n.value if hasattr(card, "n") else vobject.vcard.Name()
            self.assertEqual((name.given, name.family), (record["first_name"], record["last_name"]))
            emails = {e.value.lower() for e in card.contents.get("email", [])}
            self.assertEqual(emails, {e.lower() for e in record["emails"].values() if e})
            preferred = [e.value for e in card.contents.get("email", []) if "1" in e.params.get("PREF", [])]
            self.assertEqual(preferred, [record["emails"]["preferred"]] if record["emails"].get("preferred") else [])
            born = card.bday.value if hasattr(card, "bday") else ""
            month, day = record["birth_month"], record["birth_day"]
            self.assertEqual(born, f"--{month:02}{day:02}" if month and day else f"--{month:02}" if month else "")
            for hashed in record["email_hashes"]:
                self.assertNotIn(hashed, text)
        self.assertGreater(len(cards), 3)


if __name__ == "__main__":
    unittest.main()
