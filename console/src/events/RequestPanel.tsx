import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import { sentence } from '@/lib/sentence';
import { Facts } from '@/ui/Facts';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { Note } from '@/ui/Note';
import { Panel } from '@/ui/Panel';
import { BodyView } from './BodyView';
import { HeadersTable } from './HeadersTable';
import { previewQuery } from './previewQuery';
import { reasonEntry } from './reasons';

/** What was sent: where to, and the payload; on demand the headers, as they would be sent now. */
export function RequestPanel({ event }: { event: Schemas['Event'] }) {
  const [shown, setShown] = useState(false);
  const { config_id, event_id } = event;
  const download = () =>
    answer(api.GET('/webhook/{config_id}/events/{event_id}/payload', { params: { path: { config_id, event_id } } }));
  return (
    <>
      <Panel title="Payload">
        <BodyView
          name="payload"
          text={event.payload ?? (event.payload_s3_key ? undefined : '')}
          encoding={event.payload_encoding}
          size={event.payload_size}
          download={event.payload_s3_key ? download : undefined}
        />
      </Panel>
      <Panel
        title="Request"
        aside={
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Icon name={shown ? 'eye-off' : 'eye'} size={14} />}
            aria-expanded={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? 'Hide the headers and the body' : 'Show the headers and the body'}
          </Button>
        }
      >
        <Facts
          facts={[
            ['Method', event.http_method],
            ['URL', event.url && <code>{event.url}</code>],
            ['Content type of the payload', event.content_type && <code>{event.content_type}</code>],
            ['webhook-id', <code key="id">{event.webhook_id}</code>],
            ['Sent to', event.url ? null : 'Nowhere: no attempt was made'],
          ]}
        />
        {shown && <Preview config_id={config_id} event_id={event_id} />}
      </Panel>
    </>
  );
}

function Preview({ config_id, event_id }: { config_id: string; event_id: string }) {
  const preview = useQuery(previewQuery(config_id, event_id));
  return (
    <Loaded query={preview} what="the request" lines={4}>
      {(data) =>
        'error' in data ? (
          <Note kind="warn" title="There would be no request now">
            {reasonEntry(data.error.code).why({})}.
          </Note>
        ) : (
          <>
            <Text size="xs" c="dimmed" my="xs">
              Requests are not kept: this is what an attempt would send now, by the webhook as it is.
            </Text>
            <HeadersTable
              label="Headers of the request"
              headers={data.headers.map(({ name, value }) => [name, value])}
            />
            <Text fw={600} size="sm" mt="sm" mb={4}>
              Body
            </Text>
            <BodyView name="request body" text={data.body} encoding={data.body_encoding} size={data.body_size} />
            {data.notes.map((note) => (
              <Text key={note} size="xs" c="dimmed">
                {sentence(note)}
              </Text>
            ))}
          </>
        )
      }
    </Loaded>
  );
}
