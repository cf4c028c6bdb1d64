// Writes src/api/schema.d.ts from the OpenAPI document of the API, or (--check) says whether it is up to date.

import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const document = new URL('../../crates/hookstep-lambdas/openapi.json', import.meta.url);
const types = new URL('../src/api/schema.d.ts', import.meta.url);
const head = '// Made by `npm run types` from crates/hookstep-lambdas/openapi.json. Not edited by hand.\n\n';

// What has a default may be left out of a request.
const made = head + astToString(await openapi(document, { defaultNonNullable: false, silent: true }));
if (process.argv.includes('--check')) {
  const committed = await readFile(types, 'utf8').catch(() => '');
  if (committed !== made) {
    process.stderr.write('src/api/schema.d.ts is not that of the OpenAPI document: run `npm run types`\n');
    process.exit(1);
  }
} else {
  await writeFile(types, made);
}
