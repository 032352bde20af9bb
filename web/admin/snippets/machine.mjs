// node service.mjs
const clientId = {{id}};
const response = await fetch({{token}}, {
  method: "POST",
  headers: {{headers}},
  body: new URLSearchParams({ grant_type: "client_credentials", scope: {{scope}},{{fields}} }),
});
console.log(response.status, await response.json());
