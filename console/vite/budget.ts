import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

type Bundle = Rollup.OutputBundle;

/** Fails the build when what the first page loads is over `limit_bytes` gzipped: the entry, the module `first` and all they import. */
export function budget(first: string, limit_bytes: number): Plugin {
  return {
    name: 'hookstep-budget',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const names = loaded(bundle, first);
        const total = names.reduce((sum, name) => sum + gzipped(bundle, name), 0);
        const line = `first page: ${(total / 1000).toFixed(1)} kB gzipped in ${names.length} files, of ${limit_bytes / 1000} kB`;
        if (total > limit_bytes) this.error(`${line}: over budget`);
        this.info(line);
      },
    },
  };
}

function loaded(bundle: Bundle, first: string): string[] {
  const names = new Set<string>();
  const follow = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk' || names.has(name)) return;
    names.add(name);
    chunk.imports.forEach(follow);
  };
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const page = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(first));
  if (!page) throw new Error(`no chunk of its own: ${first}`);
  for (const chunk of chunks) if (chunk.isEntry || chunk === page) follow(chunk.fileName);
  // One file of styles, for all pages.
  for (const name of Object.keys(bundle)) if (name.endsWith('.css')) names.add(name);
  return [...names];
}

function gzipped(bundle: Bundle, name: string): number {
  const file = bundle[name];
  if (!file) return 0;
  return gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
}
