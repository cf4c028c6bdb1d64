import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Files below this size are sent as they are. */
const WORTHWHILE_BYTES = 1024;

/** Writes `x.br` and `x.gz` beside the texts in dist/assets, so that no request pays for compressing. */
export function compress(): Plugin {
  let dir = '';
  return {
    name: 'hookstep-compress',
    apply: 'build',
    configResolved(config) {
      dir = resolve(config.root, config.build.outDir, 'assets');
    },
    writeBundle() {
      for (const name of readdirSync(dir)) {
        if (!/\.(js|css|svg|txt)$/.test(name)) continue;
        const file = join(dir, name);
        const bytes = readFileSync(file);
        if (bytes.length < WORTHWHILE_BYTES) continue;
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}
