import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const FILES = 'const files = { scripts: [], preloads: [], styles: [] };';

/** What the elements that Vite wrote into the page name, by kind; names are relative to the console's root. */
interface Files {
  scripts: string[];
  preloads: string[];
  styles: string[];
}

/** Puts src/boot.js inline into index.html and, in a build, hands it the files that Vite would have named with relative paths. */
export function html(): Plugin {
  let building = false;
  return {
    name: 'hookstep-html',
    configResolved(config) {
      building = config.command === 'build';
    },
    transformIndexHtml: {
      order: 'post',
      handler(page) {
        let boot = readFileSync(new URL('../src/boot.js', import.meta.url), 'utf8');
        let body = page;
        if (building) {
          const files: Files = { scripts: [], preloads: [], styles: [] };
          body = take(body, /\s*<script type="module"[^>]* src="\.\/([^"]+)"><\/script>/g, files.scripts);
          body = take(body, /\s*<link rel="modulepreload"[^>]* href="\.\/([^"]+)">/g, files.preloads);
          body = take(body, /\s*<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/g, files.styles);
          if (files.scripts.length !== 1 || files.styles.length === 0 || !boot.includes(FILES)) {
            throw new Error('the page is not as vite/html.ts knows it');
          }
          boot = boot.replace(FILES, `const files = ${JSON.stringify(files)};`);
        }
        const code = boot.replace(/^\s*\/\/.*\n/gm, '').trim();
        return body.replace('/* boot.js */', () => code);
      },
    },
  };
}

function take(page: string, pattern: RegExp, names: string[]): string {
  return page.replace(pattern, (_, name: string) => {
    names.push(name);
    return '';
  });
}
