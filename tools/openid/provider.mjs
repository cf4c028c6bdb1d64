// The OpenID provider at which people sign in to the console of a local stack: oidc-provider, which is certified, with its own login page,
// which takes any password.
//
// It is told in lines of JSON on its standard input and answers each with one; it ends with that input.
//   {"certificate", "private_key", "signing_key", "key_id", "audience"}   DER in base64; once, first. {"issuer"}: where it is.
//   {"console_url"}                                                       whom it signs people in to, from now on. {}
//
// A login is `tenant.user`. The user `reader` gets the permission to read and no other; tokens of the user `brief` last seconds, and
// can't be renewed.

import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import { createInterface } from "node:readline";

import { Provider } from "oidc-provider";

const CLIENT_ID = "hookstep-console";
const RESOURCE = "urn:hookstep:api";
const READ = "hookstep/read";
const CHANGE = "hookstep/write hookstep/trigger";
const HOUR = 3600;
const BRIEF = 6;

const cookieKeys = [randomBytes(32).toString("base64")];
let answer;
let start;

const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
    start = JSON.parse(line);
    const certificate = new X509Certificate(Buffer.from(start.certificate, "base64")).toString();
    const key = privateKey(start.private_key).export({ format: "pem", type: "pkcs8" });
    const server = createServer({ cert: certificate, key }, (request, response) => answer(request, response));
    server.listen(0, "127.0.0.1", () => {
        const issuer = `https://127.0.0.1:${server.address().port}`;
        answer = provider(issuer, []);
        lines.on("line", (line) => {
            answer = provider(issuer, [consoleAt(JSON.parse(line).console_url)]);
            tell({});
        });
        tell({ issuer });
    });
});
lines.on("close", () => process.exit());

function tell(message) {
    process.stdout.write(`${JSON.stringify(message)}\n`);
}

function provider(issuer, clients) {
    const made = new Provider(issuer, {
        clients,
        jwks: { keys: [{ ...privateKey(start.signing_key).export({ format: "jwk" }), kid: start.key_id, use: "sig", alg: "RS256" }] },
        cookies: { keys: cookieKeys },
        claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
        // People do not choose their tenant: the token says it.
        extraTokenClaims: (_, token) => ({ tenant_id: partsOf(token.accountId).tenant }),
        findAccount: (_, id) => ({
            accountId: id,
            claims: () => ({ sub: id, name: partsOf(id).user, email: `${partsOf(id).user}@${partsOf(id).tenant}.example` }),
        }),
        // The token is asked for from another origin, that of the console.
        clientBasedCORS: (_, origin, client) => client.redirectUris.some((uri) => new URL(uri).origin === origin),
        features: {
            resourceIndicators: {
                enabled: true,
                defaultResource: () => RESOURCE,
                useGrantedResource: () => true,
                getResourceServerInfo: () => ({
                    scope: `${READ} ${CHANGE}`,
                    audience: start.audience,
                    accessTokenFormat: "jwt",
                    jwt: { sign: { alg: "RS256" } },
                }),
            },
        },
        // Nobody is asked whether the console may have what it asks for.
        loadExistingGrant: async ({ oidc }) => {
            const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
            grant.addOIDCScope("openid profile email offline_access");
            grant.addResourceScope(RESOURCE, READ);
            // What is refused is not asked for again, as it would be if it were missing.
            if (partsOf(oidc.session.accountId).user === "reader") grant.rejectResourceScope(RESOURCE, CHANGE);
            else grant.addResourceScope(RESOURCE, CHANGE);
            await grant.save();
            return grant;
        },
        issueRefreshToken: (_, __, code) => partsOf(code.accountId).user !== "brief",
        ttl: {
            AccessToken: (_, token) => (partsOf(token.accountId).user === "brief" ? BRIEF : HOUR),
            Grant: 8 * HOUR,
            IdToken: HOUR,
            Interaction: HOUR,
            RefreshToken: 8 * HOUR,
            Session: 8 * HOUR,
        },
    });
    return made.callback();
}

function consoleAt(url) {
    const base = url.replace(/\/$/, "");
    return {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [`${base}/sign-in/callback`],
        post_logout_redirect_uris: [base],
    };
}

function partsOf(login) {
    const [tenant, user = tenant] = login.split(".");
    return { tenant, user };
}

function privateKey(der) {
    return createPrivateKey({ key: Buffer.from(der, "base64"), format: "der", type: "pkcs8" });
}
