import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Note } from '@/ui/Note';
import { Page } from '@/ui/Page';

/** Around the pages: one that could not be loaded, or that broke, leaves the rest of the console as it is. */
export class PageBoundary extends Component<{ children: ReactNode }, { thrown: unknown }> {
  override state: { thrown: unknown } = { thrown: null };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown };
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === null) return this.props.children;
    // Browsers name it differently; all of them throw a TypeError when a chunk is gone, as after an update.
    const missing = thrown instanceof TypeError && /import|module/i.test(thrown.message);
    return (
      <Page title={missing ? 'The page could not be loaded' : 'This page broke'}>
        <Note
          kind="bad"
          role="alert"
          title={missing ? 'A part of the console is missing' : 'This is a fault of the console'}
          action={
            <Button size="xs" variant="default" onClick={() => location.reload()}>
              Load again
            </Button>
          }
        >
          {missing ? 'It was probably updated since you opened it. Load it again.' : String(thrown)}
        </Note>
      </Page>
    );
  }
}
