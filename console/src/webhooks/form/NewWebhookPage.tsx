import { Page } from '@/ui/Page';

/** Makes a webhook. */
export default function NewWebhookPage() {
  return <Page title="New webhook" />;
}
