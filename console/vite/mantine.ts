import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const CORE = 'node_modules/@mantine/core';
/** Packages of Mantine that are made of components of its core. */
const BUILT_ON_CORE = ['@mantine/notifications', '@mantine/charts'];
/** Styles that belong to no component; they come first. */
const BASE = ['default-css-variables', 'baseline', 'global'];

/**
 * Fills src/app/mantine.css with the styles of those of Mantine's components that are in use, in Mantine's own order: all of them
 * are 250 kB.
 */
export function mantine(): Plugin {
  let root = '';
  return {
    name: 'hookstep-mantine',
    enforce: 'pre',
    configResolved(config) {
      root = config.root;
    },
    transform(_, id) {
      if (!id.split('?')[0]?.endsWith('/src/app/mantine.css')) return null;
      return { code: styles(root), map: null };
    },
  };
}

/** The styles of every component that the sources import, and of those that these are made of. */
function styles(root: string): string {
  const all = readFileSync(join(root, CORE, 'styles.css'), 'utf8');
  const files = used(root)
    .map((name) => readFileSync(join(root, CORE, 'styles', `${name}.css`), 'utf8'))
    .map((text) => ({ text, at: all.indexOf(/\.m_[0-9a-z]+/.exec(text)?.[0] ?? '') }))
    .sort((one, other) => one.at - other.at);
  const base = BASE.map((name) => readFileSync(join(root, CORE, 'styles', `${name}.css`), 'utf8'));
  return [...base, ...files.map((file) => file.text)].join('\n');
}

/** Names of the components in use, each with a file of styles. */
function used(root: string): string[] {
  const index = join(root, CORE, 'esm/index.mjs');
  const places = new Map<string, string>();
  for (const [, names = '', path = ''] of readFileSync(index, 'utf8').matchAll(
    /import \{ ([^}]+) \} from "([^"]+)"/g,
  )) {
    for (const name of names.split(', ')) places.set(name, join(dirname(index), path));
  }
  const sources = [
    ...below(join(root, 'src'), /\.tsx?$/),
    ...BUILT_ON_CORE.flatMap((name) => below(join(root, 'node_modules', name, 'esm'), /\.mjs$/)),
  ];
  const found = new Set<string>();
  const queue = sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(/import \{([^}]+)\} from ['"]@mantine\/core['"]/g)];
    return imports.flatMap(([, names = '']) => names.split(',').map((name) => places.get(plain(name)) ?? ''));
  });
  const seen = new Set<string>();
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (file === '' || seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const name = basename(file, '.module.mjs');
    if (file.endsWith('.module.mjs') && existsSync(join(root, CORE, 'styles', `${name}.css`))) found.add(name);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from "(\.[^"]+)"/g))
      queue.push(join(dirname(file), path));
  }
  return [...found];
}

function below(dir: string, pattern: RegExp): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => pattern.test(name)).map((name) => join(dir, name));
}

/** `type Name as Other` is `Name`. */
function plain(name: string): string {
  return name
    .trim()
    .replace(/^type /, '')
    .replace(/ as .*/, '');
}
