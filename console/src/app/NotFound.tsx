import { Text } from '@mantine/core';
import { LinkButton } from '@/ui/links';
import { Page } from '@/ui/Page';

/** For paths that are no page of the console. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <Text mb="md">The link may be incomplete, or from another version of the console.</Text>
      <LinkButton href="/">Go to the overview</LinkButton>
    </Page>
  );
}
