import { Page } from '@/ui/Page';

/** What needs attention now. */
export default function OverviewPage() {
  return <Page title="Overview" />;
}
