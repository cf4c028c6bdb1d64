import createClient, { type FetchResponse } from 'openapi-fetch';
import { apiRoot } from '@/app/boot';
import { send } from '@/auth/session';
import { asProblem, problemOf } from './problem';
import type { components, paths } from './schema';

type MediaType = `${string}/${string}`;

/** The shapes of the API by name, `Schemas['Webhook']`. */
export type Schemas = components['schemas'];

/** The API, a method for each verb; every call is sent as whoever is signed in. Wrap it in `answer`. */
export const api = createClient<paths>({ baseUrl: apiRoot, fetch: send });

/**
 * What a call answered: `await answer(api.GET('/webhook', ...))`.
 *
 * @throws {Problem} for every refusal, and where nobody answered.
 */
export async function answer<T extends Record<string | number, unknown>, Options, Media extends MediaType>(
  call: Promise<FetchResponse<T, Options, Media>>,
): Promise<NonNullable<FetchResponse<T, Options, Media>['data']>> {
  return (await answered(call)).data;
}

/** The same, with the response for its headers (`ETag`, `Location`) and its status. */
export async function answered<T extends Record<string | number, unknown>, Options, Media extends MediaType>(
  call: Promise<FetchResponse<T, Options, Media>>,
): Promise<{ data: NonNullable<FetchResponse<T, Options, Media>['data']>; response: Response }> {
  const result = await call.catch((thrown: unknown) => {
    throw asProblem(thrown);
  });
  const { data, error, response } = result as { data?: unknown; error?: unknown; response: Response };
  if (!response.ok) throw problemOf(response.status, error);
  return { data: data as NonNullable<FetchResponse<T, Options, Media>['data']>, response };
}
