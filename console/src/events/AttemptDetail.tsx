import { Title } from '@mantine/core';
import { answer, api, type Schemas } from '@/api/client';
import { duration } from '@/lib/time';
import { Facts } from '@/ui/Facts';
import classes from './AttemptDetail.module.css';
import { BodyView } from './BodyView';
import { HeadersTable } from './HeadersTable';
import { statusWords } from './httpStatus';

export interface AttemptDetailProps {
  event: Pick<Schemas['Event'], 'config_id' | 'event_id'>;
  attempt: Schemas['Attempt'];
}

/** What the receiver answered to one attempt. */
export function AttemptDetail({ event, attempt }: AttemptDetailProps) {
  const answered = attempt.status_code !== undefined;
  const download = () =>
    answer(
      api.GET('/webhook/{config_id}/events/{event_id}/attempts/{number}/response', {
        params: { path: { config_id: event.config_id, event_id: event.event_id, number: attempt.number } },
      }),
    );
  return (
    <div className={classes.detail}>
      <Facts
        facts={[
          ['Answer', attempt.status_code !== undefined ? statusWords(attempt.status_code) : 'none'],
          ['First byte after', attempt.first_byte_ms !== undefined ? duration(attempt.first_byte_ms) : null],
          [
            'Error',
            attempt.error && (
              <>
                {attempt.error.message} (<code>{attempt.error.code}</code>)
              </>
            ),
          ],
        ]}
      />
      {answered && (
        <>
          <Title order={3}>Headers of the answer</Title>
          <HeadersTable
            label={`Headers of the answer to attempt ${attempt.number}`}
            headers={Object.entries(attempt.response_headers ?? {})}
          />
          <Title order={3}>Body of the answer</Title>
          <BodyView
            name={`answer to attempt ${attempt.number}`}
            text={attempt.response_body ?? (attempt.response_s3_key ? undefined : '')}
            encoding={attempt.response_body_encoding}
            size={attempt.response_size}
            cut={attempt.response_truncated}
            download={attempt.response_s3_key ? download : undefined}
          />
        </>
      )}
    </div>
  );
}
