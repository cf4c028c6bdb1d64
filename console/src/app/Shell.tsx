import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '@/ui/Icon';
import { Brand } from './Brand';
import classes from './Shell.module.css';
import { Sidebar } from './Sidebar';

/** What is around every page: the sidebar, on phones a bar with a menu, and the way past them for the keyboard. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, menu] = useDisclosure(false);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes because the path changes.
  useEffect(() => menu.close(), [path]);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <section className={classes.bar} aria-label="Console">
        <Brand />
        <ActionIcon
          aria-label="Open the menu"
          aria-expanded={opened}
          aria-haspopup="dialog"
          size="lg"
          onClick={menu.open}
        >
          <Icon name="menu" size={20} />
        </ActionIcon>
      </section>
      <aside className={classes.sidebar}>
        <Brand />
        <Sidebar />
      </aside>
      <Drawer opened={opened} onClose={menu.close} size="17rem" title={<Brand />} padding="sm">
        <div className={classes.drawer}>
          <Sidebar />
        </div>
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
