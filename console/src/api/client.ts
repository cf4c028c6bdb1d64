import createClient from 'openapi-fetch';
import { apiRoot } from '@/app/boot';
import { send } from '@/auth/session';
import { asProblem, problemOf } from './problem';
import type { components, paths } from './schema';

/** The shapes of the API by name, `Schemas['Webhook']`. */
export type Schemas = components['schemas'];

/** The API, a method for each verb; every call is sent as whoever is signed in. Wrap it in `answer`. */
export const api = createClient<paths>({ baseUrl: apiRoot, fetch: send });

/** What openapi-fetch makes of an answer. */
interface Fetched<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * What a call answered: `await answer(api.GET('/webhook', ...))`.
 *
 * @throws {Problem} for every refusal, and where nobody answered.
 */
export async function answer<Data>(call: Promise<Fetched<Data>>): Promise<NonNullable<Data>> {
  return (await answered(call)).data;
}

/** The same, with the response for its headers (`ETag`, `Location`) and its status. */
export async function answered<Data>(
  call: Promise<Fetched<Data>>,
): Promise<{ data: NonNullable<Data>; response: Response }> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    throw asProblem(thrown);
  });
  if (!response.ok) throw problemOf(response.status, error);
  return { data: data as NonNullable<Data>, response };
}
