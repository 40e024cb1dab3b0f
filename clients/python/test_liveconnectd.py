"""Tests a Live Connect client in Python against liveconnectd, with nothing but the standard library.

    go build -o liveconnectd ./cmd/liveconnectd
    LIVECONNECTD=./liveconnectd python3 -m unittest -v clients/python/test_liveconnectd.py

One liveconnectd serves all tests. Each begins with a reset, so that none sees what another one did.
"""

import base64
import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

PROGRAM = os.environ.get("LIVECONNECTD", "liveconnectd")

# A PNG of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Answer:
    """An HTTP answer, read to its end."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


def send(method, url, body=None, headers=None, proxies=None, context=None):
    """Sends a request and gives its answer, whatever its status. Only the given proxies are used."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies or {}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=30) as response:
            return Answer(response)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error)


class LiveConnect:
    """A liveconnectd, and the calls that steer it."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="liveconnectd-")
        self.ca = os.path.join(self.directory, "ca.pem")
        self.log = open(os.path.join(self.directory, "log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [PROGRAM, "-addr", "127.0.0.1:0", "-ca", self.ca, "-auto-consent"],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("liveconnectd did not start: " + open(self.log.name, encoding="utf-8").read())
        self.hello = json.loads(line)
        self.api = self.hello["api"]

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.directory)
        return self.process.returncode

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        answer = send(method, self.hello["control"] + path, data, {"Content-Type": "application/json"})
        if answer.status >= 400:
            raise AssertionError("%s %s: %d %s" % (method, path, answer.status, answer.json()["error"]["message"]))
        return answer.json() if answer.body else None

    def wait_for_health(self, seconds=30):
        deadline = time.monotonic() + seconds
        while send("GET", self.hello["control"] + "/health").status != 200:
            if time.monotonic() > deadline:
                raise AssertionError("liveconnectd is not ready after %d seconds" % seconds)

    def get(self, path, token):
        return send("GET", self.api + "/" + path, headers={"Authorization": "Bearer " + token})

    def requests(self):
        return self.control("GET", "/requests")["requests"]


class LiveConnectTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.live = LiveConnect()
        cls.live.wait_for_health()

    @classmethod
    def tearDownClass(cls):
        code = cls.live.close()
        assert code == 0, "liveconnectd ended with %d" % code

    def setUp(self):
        self.live.control("POST", "/reset")
        self.nuno = self.live.control("POST", "/accounts", {
            "name": "Nuno Bento",
            "emails": {"account": "nuno@contoso.com"},
            "files": [
                {"path": "Documents/notes.txt", "content": "hello"},
                {"path": "Pictures/pixel.png", "base64": base64.b64encode(PIXEL).decode()},
            ],
        })
        self.token = self.nuno["access_token"]

    def test_a_seeded_account_is_served(self):
        me = self.live.get("me", self.token).json()
        self.assertEqual("Nuno Bento", me["name"])
        self.assertEqual(self.nuno["user_id"], me["id"])
        photos = self.live.get("me/skydrive/my_photos/files", self.token).json()["data"]
        self.assertEqual(["pixel.png"], [photo["name"] for photo in photos])
        self.assertEqual(("photo", 1, 1), (photos[0]["type"], photos[0]["width"], photos[0]["height"]))
        self.assertEqual(PIXEL, send("GET", photos[0]["source"]).body)

    def test_a_fault_hits_as_often_as_told(self):
        self.live.control("POST", "/faults", {"do": "throttled", "seconds": 7, "path": "/files$", "count": 1})
        first = self.live.get("me/skydrive/files", self.token)
        self.assertEqual(420, first.status)
        self.assertEqual("7", first.headers["Retry-After"])
        self.assertEqual("request_throttled", first.json()["error"]["code"])
        self.assertEqual(200, self.live.get("me/skydrive/files", self.token).status)
        self.assertEqual(1, self.live.control("GET", "/faults")["faults"][0]["hits"])
        self.assertEqual([True, False], [request["intercepted"] for request in self.live.requests()])

    def test_tokens_expire_when_the_clock_has_moved(self):
        self.assertEqual(200, self.live.get("me", self.token).status)
        self.live.control("POST", "/clock", {"advance": "1h"})
        late = self.live.get("me", self.token)
        self.assertEqual(401, late.status)
        self.assertEqual("request_token_expired", late.json()["error"]["code"])
        form = urllib.parse.urlencode({
            "grant_type": "refresh_token", "refresh_token": self.nuno["refresh_token"],
            "client_id": self.live.hello["client_id"], "client_secret": self.live.hello["client_secret"],
        }).encode()
        fresh = send("POST", self.live.hello["login"] + "/oauth20_token.srf", form).json()
        self.assertEqual(200, self.live.get("me", fresh["access_token"]).status)

    def test_requests_are_remembered(self):
        self.live.get("me", self.token)
        self.live.get("me/skydrive/quota", self.token)
        seen = [(r["method"], r["path"], r["endpoint"], r["status"], r["user"]) for r in self.live.requests()]
        self.assertEqual([
            ("GET", "/v5.0/me", "user.get", 200, self.nuno["user_id"]),
            ("GET", "/v5.0/me/skydrive/quota", "items.quota", 200, self.nuno["user_id"]),
        ], seen)
        self.assertNotIn(self.token, json.dumps(self.live.requests()))

    def test_scopes_are_those_that_were_asked_for(self):
        narrow = self.live.control("POST", "/accounts/nuno@contoso.com/token", {"scopes": ["wl.basic"]})
        refused = self.live.get("me/skydrive/files", narrow["access_token"])
        self.assertEqual((403, "request_token_unauthorized"), (refused.status, refused.json()["error"]["code"]))

    def test_a_reset_leaves_nothing_but_the_start(self):
        self.live.control("POST", "/faults", {"do": "drop"})
        self.live.control("POST", "/clock", {"advance": "48h"})
        self.live.control("POST", "/reset")
        self.assertEqual([], self.live.control("GET", "/faults")["faults"])
        self.assertEqual(0, self.live.control("GET", "/clock")["ahead_seconds"])
        self.assertEqual([], self.live.requests())
        accounts = self.live.control("GET", "/accounts")["accounts"]
        self.assertEqual([self.live.hello["user_id"]], [account["user_id"] for account in accounts])
        self.assertEqual(401, self.live.get("me", self.token).status)
        self.assertEqual(200, self.live.get("me", self.live.hello["access_token"]).status)

    def test_a_program_with_fixed_host_names_comes_through_the_proxy(self):
        proxies = {"http": self.live.hello["proxy"], "https": self.live.hello["proxy"]}
        context = ssl.create_default_context(cafile=self.live.ca)
        headers = {"Authorization": "Bearer " + self.token}
        files = send("GET", "https://apis.live.net/v5.0/me/skydrive/my_documents/files", None, headers, proxies, context)
        source = files.json()["data"][0]["source"]
        self.assertTrue(source.startswith("https://apis.live.net/"), source)
        self.assertEqual(b"hello", send("GET", source, None, None, proxies, context).body)
        plain = send("GET", "http://apis.live.net/v5.0/me", None, headers, proxies)
        self.assertEqual("Nuno Bento", plain.json()["name"])
        self.assertEqual(403, send("GET", "http://www.example.com/", None, None, proxies).status)


if __name__ == "__main__":
    unittest.main()
