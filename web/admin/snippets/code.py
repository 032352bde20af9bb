import base64, hashlib, json, os, secrets, urllib.error, urllib.parse, urllib.request

issuer = {{issuer}}
client_id = {{id}}
redirect_uri = {{redirect}}
verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

print("Open this address in a browser:")
print(issuer + "/oauth/authorize?" + urllib.parse.urlencode({
    "response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri, "scope": {{scope}},
    "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
}))
back = input("Paste the address that it comes back to:\n").strip()
answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
if answer.get("state") != state or answer.get("iss") != issuer:
    raise SystemExit("this does not answer our request")
if "error" in answer:
    raise SystemExit(answer["error"] + ": " + answer.get("error_description", ""))

form = {
    "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect_uri,
    "code_verifier": verifier,{{fields}}
}
request = urllib.request.Request(issuer + "/oauth/token", urllib.parse.urlencode(form).encode(), {{headers}})
try:
    with urllib.request.urlopen(request) as response:
        print(json.load(response))
except urllib.error.HTTPError as error:
    raise SystemExit(error.read().decode())
