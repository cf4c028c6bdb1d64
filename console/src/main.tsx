import './app/mantine.css';
import '@mantine/notifications/styles.css';
import './app/theme.css';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { nonce, styled } from './app/boot';
import { loadConfig } from './app/config';
import { Failed } from './app/Failed';
import { warm } from './app/Pages';
import { startSession } from './auth/session';

const root = createRoot(document.getElementById('root') as HTMLElement);
// For the styles that lock scrolling behind dialogs.
setNonce(nonce);

warm();
try {
  const [config] = await Promise.all([loadConfig(), styled]);
  await startSession(config);
  root.render(<App config={config} />);
} catch (thrown) {
  root.render(<Failed thrown={thrown} />);
}
