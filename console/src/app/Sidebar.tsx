import { Link, useLocation } from 'wouter';
import { Icon } from '@/ui/Icon';
import type { IconName } from '@/ui/icons';
import { Account } from './Account';
import { ColourScheme } from './ColourScheme';
import { useConfig } from './configContext';
import classes from './Sidebar.module.css';

const PAGES: { href: string; name: string; icon: IconName }[] = [
  { href: '/', name: 'Overview', icon: 'overview' },
  { href: '/webhooks', name: 'Webhooks', icon: 'webhook' },
  { href: '/events', name: 'Events', icon: 'activity' },
];

/** The pages, and below them what concerns the reader: who is signed in, and the colours. */
export function Sidebar() {
  const [path] = useLocation();
  const config = useConfig();
  return (
    <>
      <nav aria-label="Pages" className={classes.pages}>
        {PAGES.map((page) => {
          const here = page.href === '/' ? path === '/' : path === page.href || path.startsWith(`${page.href}/`);
          return (
            <Link
              key={page.href}
              href={page.href}
              className={classes.page ?? ''}
              data-here={here || undefined}
              aria-current={path === page.href ? 'page' : here ? 'true' : undefined}
            >
              <Icon name={page.icon} size={18} />
              {page.name}
            </Link>
          );
        })}
      </nav>
      <div className={classes.foot}>
        <Account />
        <ColourScheme />
        <p className={classes.stack}>
          {config.stack}
          <br />
          {[config.region, config.version].filter(Boolean).join(' · ')}
        </p>
      </div>
    </>
  );
}
