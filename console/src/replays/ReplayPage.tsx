import { Page } from '@/ui/Page';

/** One replay. */
export default function ReplayPage(_: { id: string; replayId: string }) {
  return <Page title="Replay" />;
}
