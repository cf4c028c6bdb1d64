import { Page } from '@/ui/Page';

/** One webhook. */
export default function WebhookPage(_: { id: string }) {
  return <Page title="Webhook" />;
}
