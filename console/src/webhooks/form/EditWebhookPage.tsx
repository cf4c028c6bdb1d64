import { Page } from '@/ui/Page';

/** Changes a webhook. */
export default function EditWebhookPage(_: { id: string }) {
  return <Page title="Edit webhook" />;
}
