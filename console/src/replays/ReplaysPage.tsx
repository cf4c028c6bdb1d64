import { Page } from '@/ui/Page';

/** The replays of a webhook. */
export default function ReplaysPage(_: { id: string }) {
  return <Page title="Replays" />;
}
