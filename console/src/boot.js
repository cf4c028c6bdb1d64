// Runs inline, before everything else: finds out below which path the console is served, and adds its files from there.
// The console may stand at any path, and deep links are answered with the same page, so nothing in it can be relative.
(() => {
  const path = location.pathname;
  const found = /^.*\/console(?=\/|$)/.exec(path);
  const base = `${found ? found[0] : path.replace(/\/$/, '')}/`;
  const nonce = document.currentScript.nonce;

  const chosen = (() => {
    try {
      return localStorage.getItem('mantine-color-scheme-value');
    } catch {
      return null; // storage is blocked
    }
  })();
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');

  // An old page after an update, or no network: without styles, text is all that there is.
  const missing = () => {
    const text = 'The console could not be loaded. Load the page again.';
    document.body.append(Object.assign(document.createElement('p'), { textContent: text, role: 'alert' }));
  };
  const add = (tag, attributes) => {
    const element = Object.assign(document.createElement(tag), attributes, { nonce });
    return new Promise((loaded) => {
      element.onload = loaded;
      element.onerror = () => {
        if (tag === 'script') missing();
        loaded();
      };
      document.head.append(element);
    });
  };
  // The build fills in the names; the development server adds its own elements.
  const files = { scripts: [], preloads: [], styles: [] };
  const styles = files.styles.map((name) => add('link', { rel: 'stylesheet', href: base + name }));
  for (const name of files.preloads) void add('link', { rel: 'modulepreload', href: base + name });
  for (const name of files.scripts) void add('script', { type: 'module', src: base + name });
  // Asked for now rather than when the application runs: it can't show anything without.
  const config = fetch(`${base}config.json`, { cache: 'no-cache' });
  config.catch(() => undefined);
  window.hookstep = { base, nonce, config, styled: Promise.all(styles) };
})();
