import { Page } from '@/ui/Page';

/** Events of all webhooks. */
export default function EventsPage() {
  return <Page title="Events" />;
}
