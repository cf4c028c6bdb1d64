import { Page } from '@/ui/Page';

/** All webhooks. */
export default function WebhooksPage() {
  return <Page title="Webhooks" />;
}
