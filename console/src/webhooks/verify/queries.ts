import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { asProblem } from '@/api/problem';

/** The tenant's public keys, newest first; none where it has no key yet. */
export function publicKeysQuery(tenant_id: string) {
  return queryOptions({
    queryKey: ['public-keys', tenant_id],
    queryFn: async ({ signal }): Promise<Schemas['PublicKeys']['keys']> => {
      const call = api.GET('/.well-known/webhook-public-key', { params: { query: { tenant_id } }, signal });
      try {
        return (await answer(call)).keys;
      } catch (thrown) {
        if (asProblem(thrown).code === 'public_key_not_found') return [];
        throw thrown;
      }
    },
  });
}
