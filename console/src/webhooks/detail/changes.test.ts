import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, actorWords, fieldWords } from './changes';

const { Change, Webhook } = JSON.parse(
  readFileSync(new URL('../../../../crates/hookstep-lambdas/openapi.json', import.meta.url), 'utf8'),
).components.schemas;

it('every action of the API has a word', () => {
  expect(Object.keys(ACTIONS).sort()).toEqual([...Change.properties.action.enum].sort());
});

describe('fieldWords', () => {
  it.each([
    ['/headers/X-Shop', 'header › X-Shop'],
    ['/headers/a~1b~0c_d', 'header › a/b~c_d'],
    ['/auth/client_secret', 'authentication › client secret'],
    ['/timeout_seconds', 'timeout'],
    ['/tomorrow', 'tomorrow'],
  ])('%s is %s', (pointer, words) => expect(fieldWords(pointer)).toBe(words));

  it('knows every field of a webhook that can be written', () => {
    const fields: [string, { readOnly?: boolean }][] = Object.entries(Webhook.properties);
    for (const [name] of fields.filter(([, { readOnly }]) => !readOnly))
      expect(fieldWords(`/${name}`), name).not.toContain('_');
  });
});

it('says who it was', () => {
  expect(actorWords({ type: 'hookstep', id: null })).toBe('Hookstep itself');
  expect(actorWords({ type: 'anonymous', id: null })).toBe('Anonymous');
  expect(actorWords({ type: 'jwt', id: 'ada' })).toBe('ada');
  expect(actorWords({ type: 'iam', id: 'arn:aws:sts::123456789012:assumed-role/shop/deploy' })).toBe(
    'assumed-role/shop/deploy',
  );
});
