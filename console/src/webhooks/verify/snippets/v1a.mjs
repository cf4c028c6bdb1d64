import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

const PUBLIC_KEYS = ['PUBLIC_KEY_PEM'];
const KEYS = PUBLIC_KEYS.map((pem) => createPublicKey(pem));
const TOLERANCE_SECONDS = 300;

function isGenuine(headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!id || !timestamp || !signatures) return false;
  const age = Date.now() / 1000 - Number(timestamp);
  if (!(Math.abs(age) <= TOLERANCE_SECONDS)) return false;
  const message = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return signatures
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .map((one) => Buffer.from(one.slice(4), 'base64'))
    .some((signature) => KEYS.some((key) => verify(null, message, key, signature)));
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // The body as it came: parse it after it is verified.
  const body = Buffer.concat(chunks);
  // If it is genuine: an event that comes again has the same webhook-id, drop it.
  response.writeHead(isGenuine(request.headers, body) ? 204 : 401).end();
}).listen(Number(process.env.PORT ?? 8080));
