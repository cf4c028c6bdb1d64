import { Page } from '@/ui/Page';
import { useWebhookNames } from '@/webhooks/queries';
import { EventBrowser } from './EventBrowser';

/** Events of all webhooks. */
export default function EventsPage() {
  const webhooks = useWebhookNames();
  return (
    <Page title="Events" subtitle="What was triggered, and what became of it">
      <EventBrowser webhooks={webhooks} />
    </Page>
  );
}
