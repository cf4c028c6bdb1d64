import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What is in the sources themselves, and so in no package whose licence Vite finds. */
const COPIED = `
## Tabler Icons (MIT)

Outlines in src/ui/icons.ts, of https://tabler.io/icons. The terms are those of the MIT License above.
Copyright (c) 2020-2026 Paweł Kuna
`;

/** Completes licenses.txt, which Vite makes of the packages that are bundled. */
export function notices(): Plugin {
  return {
    name: 'hookstep-notices',
    apply: 'build',
    writeBundle({ dir = '' }) {
      appendFileSync(join(dir, 'licenses.txt'), COPIED);
    },
  };
}
