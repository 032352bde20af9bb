const issuer = {{issuer}};
const clientId = {{id}};
const redirectUri = {{redirect}};

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

// Call this when somebody presses "Sign in".
export async function signIn() {
  const verifier = random(), state = random();
  sessionStorage.setItem("signing-in", JSON.stringify({ verifier, state }));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(`${issuer}/oauth/authorize?${new URLSearchParams({
    response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: {{scope}}, state,
    code_challenge: base64url(hash), code_challenge_method: "S256",
  })}`);
}

// Call this on the page at redirectUri. It returns access_token, expires_in and, if granted, refresh_token.
export async function signedIn() {
  const answer = new URL(location.href).searchParams;
  const { verifier, state } = JSON.parse(sessionStorage.getItem("signing-in") ?? "{}");
  sessionStorage.removeItem("signing-in");
  if (!state || answer.get("state") !== state || answer.get("iss") !== issuer) throw new Error("this does not answer our request");
  if (answer.has("error")) throw new Error(`${answer.get("error")}: ${answer.get("error_description")}`);
  const response = await fetch(`${issuer}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", code: answer.get("code"), redirect_uri: redirectUri,
      code_verifier: verifier, client_id: clientId,
    }),
  });
  const tokens = await response.json();
  if (!response.ok) throw new Error(`${tokens.error}: ${tokens.error_description}`);
  return tokens;
}
