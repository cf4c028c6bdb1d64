import { Page } from '@/ui/Page';

/** One event. */
export default function EventPage(_: { id: string; eventId: string }) {
  return <Page title="Event" />;
}
