import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { nonce } from './boot';
import { contrasts, theme } from './theme';

/** Colours, sizes and messages; follows the system's colour scheme until the reader chooses. */
export function Themed({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={contrasts}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      deduplicateInlineStyles
    >
      <Notifications position="bottom-right" limit={4} containerWidth={380} />
      {children}
    </MantineProvider>
  );
}
