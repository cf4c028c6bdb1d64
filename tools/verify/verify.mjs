// Checks signatures with libraries that are not Hookstep's. Cases and answers as in verify.py.

import { createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { isUtf8 } from "node:buffer";
import * as standardwebhooks from "standardwebhooks";
import * as svix from "svix";

class Refused extends Error {}

const PUBLIC = ["whpk_", "-----BEGIN PUBLIC KEY-----"];
// What stands before the 32 bytes of an ed25519 key in DER (RFC 8410).
const ED25519_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const headersOf = (test) => ({
    "webhook-id": test.id,
    "webhook-timestamp": test.timestamp,
    "webhook-signature": test.signature,
});

// A library, the error by which it refuses, and whether it takes the body as text and knows v1 only.
const LIBRARIES = {
    "node standardwebhooks": {
        verify: (test, body) =>
            new standardwebhooks.Webhook(test.key).verify(body, headersOf(test), { jsonParse: false }),
        refusal: standardwebhooks.WebhookVerificationError,
        takesTextAndV1Only: true,
    },
    "node svix": {
        verify: (test, body) => new svix.Webhook(test.key).verify(body, headersOf(test)),
        refusal: svix.WebhookVerificationError,
        takesTextAndV1Only: true,
    },
    "node crypto": { verify: withCrypto, refusal: Refused, takesTextAndV1Only: false },
};

/** The scheme as its specification says it, on Node's own primitives: for keys and bodies that no other library takes. */
function withCrypto(test, body) {
    const signed = Buffer.concat([Buffer.from(`${test.id}.${test.timestamp}.`), body]);
    if (isPublic(test.key)) {
        const key = publicKey(test.key);
        checkAny(test, "v1a", (signature) => verifySignature(null, signed, key, signature));
    } else {
        const secret = Buffer.from(test.key.replace(/^whsec_/, ""), "base64");
        const expected = createHmac("sha256", secret).update(signed).digest();
        checkAny(
            test,
            "v1",
            (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
        );
    }
}

function checkAny(test, scheme, check) {
    const ofScheme = test.signature.split(" ").filter((one) => one.startsWith(`${scheme},`));
    const signatures = ofScheme.map((one) => Buffer.from(one.slice(scheme.length + 1), "base64"));
    if (!signatures.some(check)) throw new Refused();
}

function isPublic(key) {
    return PUBLIC.some((beginning) => key.startsWith(beginning));
}

function publicKey(text) {
    if (!text.startsWith("whpk_")) return createPublicKey(text);
    const der = Buffer.concat([ED25519_PREFIX, Buffer.from(text.slice("whpk_".length), "base64")]);
    return createPublicKey({ key: der, format: "der", type: "spki" });
}

function verdict(test, body, { verify, refusal, takesTextAndV1Only }) {
    if (takesTextAndV1Only && isPublic(test.key)) return "not_applicable: it knows no v1a";
    if (takesTextAndV1Only && !isUtf8(body)) return "not_applicable: it takes a body that is UTF-8 only";
    try {
        verify(test, body);
        return "good";
    } catch (error) {
        return error instanceof refusal ? "bad" : `error: ${error.name}: ${error.message}`;
    }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const test = JSON.parse(line);
    const body = test.body_file === undefined ? Buffer.from(test.body, "base64") : readFileSync(test.body_file);
    const verdicts = {};
    for (const [name, library] of Object.entries(LIBRARIES)) verdicts[name] = verdict(test, body, library);
    process.stdout.write(`${JSON.stringify({ verdicts })}\n`);
}
