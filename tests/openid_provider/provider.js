// A certified OpenID provider for machines: `node provider.js '{"port": …, "keys": […], "clients": {…}}'`.

import Provider from "oidc-provider";

const { port, keys, clients } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const resource = "urn:motcua";

const provider = new Provider(issuer, {
  jwks: { keys },
  clients: Object.entries(clients).map(([id, secret]) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: keys[0].alg,
  })),
  enabledJWA: { idTokenSigningAlgValues: [keys[0].alg] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        audience: "motcua",
        scope: "motcua.read",
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
        jwt: { sign: { alg: keys[0].alg, kid: keys[0].kid } },
      }),
    },
  },
});

provider.listen(port, "127.0.0.1", () => console.log("listening"));
