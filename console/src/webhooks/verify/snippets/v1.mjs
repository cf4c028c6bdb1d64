// npm install standardwebhooks
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

// The signing secret, whsec_...
const webhook = new Webhook(process.env.WEBHOOK_SECRET);

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // The body as it came: parse it after it is verified.
  const body = Buffer.concat(chunks);
  try {
    webhook.verify(body, request.headers, { jsonParse: false });
  } catch {
    response.writeHead(401).end();
    return;
  }
  // It is genuine. An event that comes again has the same webhook-id: drop it.
  response.writeHead(204).end();
}).listen(Number(process.env.PORT ?? 8080));
