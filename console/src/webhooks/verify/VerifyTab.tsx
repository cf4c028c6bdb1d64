import { useQuery } from '@tanstack/react-query';
import { Loaded } from '@/ui/Loaded';
import { webhookQuery } from '../queries';
import { SecretPanel } from '../secrets/SecretPanel';
import { KeyPanel } from './KeyPanel';
import { SnippetPanel } from './SnippetPanel';

/** How this webhook's receiver makes sure that requests are genuine: the secret, code, the tenant's public key. */
export default function VerifyTab({ id }: { id: string }) {
  const query = useQuery(webhookQuery(id));
  return (
    <Loaded query={query} what="the webhook">
      {(webhook) => (
        <>
          <SecretPanel webhook={webhook} />
          <SnippetPanel webhook={webhook} />
          <KeyPanel webhook={webhook} />
        </>
      )}
    </Loaded>
  );
}
