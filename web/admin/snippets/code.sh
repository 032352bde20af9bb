# 1. Open the address that this prints in a browser, and sign in there.
VERIFIER=$(openssl rand -hex 32)
CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')
STATE=$(openssl rand -hex 16)
printf '%s\n' {{authorize}}"&state=$STATE&code_challenge=$CHALLENGE&code_challenge_method=S256"

# 2. The browser comes back to {{redirect:text}}. Copy code out of that address, check that state is
#    $STATE, and exchange the code within a minute. It works once.
printf 'code: '; read -r CODE
curl -s {{token}} {{auth}} \
  -d grant_type=authorization_code --data-urlencode "code=$CODE" \
  --data-urlencode redirect_uri={{redirect}} -d "code_verifier=$VERIFIER"
