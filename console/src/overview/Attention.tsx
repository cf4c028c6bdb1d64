import { Stack } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { plural } from '@/lib/numbers';
import { Note } from '@/ui/Note';
import { Panel } from '@/ui/Panel';
import { TroubledWebhooks } from './TroubledWebhooks';
import { troubled } from './troubled';

/** Webhooks that fail or were disabled, with what can be done; and messages that nobody took. */
export function Attention({ overview }: { overview: Schemas['Overview'] }) {
  const rows = troubled(overview);
  const dead = overview.dead_letters?.count ?? 0;
  return (
    <Panel title="Needs attention">
      <Stack gap="sm">
        {dead > 0 && (
          <Note kind="bad" title={plural(dead, 'dead letter')}>
            EventBridge or Lambda could not bring them to a function of Hookstep, and gave up. The runbook “Dead
            letters” says how to look at them and how to send them again.
          </Note>
        )}
        {rows.length === 0 && dead === 0 && (
          <Note kind="good" title="Nothing needs attention">
            No webhook fails, and none was disabled by Hookstep.
          </Note>
        )}
        {rows.length > 0 && <TroubledWebhooks rows={rows} />}
      </Stack>
    </Panel>
  );
}
