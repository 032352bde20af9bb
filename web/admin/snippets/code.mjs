// node app.mjs
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";

const issuer = {{issuer}};
const clientId = {{id}};
const redirectUri = {{redirect}};
const verifier = randomBytes(32).toString("base64url");
const state = randomBytes(16).toString("base64url");

const query = new URLSearchParams({
  response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: {{scope}}, state,
  code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
});
console.log(`Open this address in a browser:\n${issuer}/oauth/authorize?${query}`);

const terminal = createInterface({ input: process.stdin, output: process.stdout });
const answer = new URL((await terminal.question("Paste the address that it comes back to:\n")).trim()).searchParams;
terminal.close();
if (answer.get("state") !== state || answer.get("iss") !== issuer) throw new Error("this does not answer our request");
if (answer.has("error")) throw new Error(`${answer.get("error")}: ${answer.get("error_description")}`);

const response = await fetch(`${issuer}/oauth/token`, {
  method: "POST",
  headers: {{headers}},
  body: new URLSearchParams({
    grant_type: "authorization_code", code: answer.get("code"), redirect_uri: redirectUri,
    code_verifier: verifier,{{fields}}
  }),
});
console.log(response.status, await response.json());
