import base64, json, os, urllib.error, urllib.parse, urllib.request

client_id = {{id}}
form = {"grant_type": "client_credentials", "scope": {{scope}},{{fields}}}
request = urllib.request.Request({{token}}, urllib.parse.urlencode(form).encode(), {{headers}})
try:
    with urllib.request.urlopen(request) as response:
        print(json.load(response))
except urllib.error.HTTPError as error:
    raise SystemExit(error.read().decode())
