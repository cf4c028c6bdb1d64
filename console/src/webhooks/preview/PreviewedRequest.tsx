import { Stack } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { bytes } from '@/lib/numbers';
import { sentence } from '@/lib/sentence';
import { Icon } from '@/ui/Icon';
import { TextViewer } from '@/ui/TextViewer';
import classes from './PreviewedRequest.module.css';

/** A request as it would be sent; secrets show only as being there. */
export function PreviewedRequest({ request }: { request: Schemas['Preview'] }) {
  const { method, url, headers, body, body_encoding, body_size, body_truncated, notes } = request;
  const size = [
    bytes(body_size),
    body_encoding === 'base64' && 'binary, shown in base64',
    body_truncated && 'only its beginning is shown',
  ];
  return (
    <Stack gap="sm" role="region" aria-label="The request">
      <p className={classes.line}>
        <strong>{method}</strong> {url}
      </p>
      <div className={classes.frame}>
        <table className={classes.headers} aria-label="Headers of the request">
          <tbody>
            {headers.map(({ name, value, secret }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand twice, and the list never changes.
              <tr key={at}>
                <th scope="row">{name}</th>
                <td>
                  {secret ? (
                    <span className={classes.secret}>
                      <Icon name="lock" size={12} />
                      secret
                    </span>
                  ) : (
                    value
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <TextViewer label="the request’s body" text={body} aside={<span>{size.filter(Boolean).join(' · ')}</span>} />
      {notes.length > 0 && (
        <ul className={classes.notes}>
          {notes.map((note) => (
            <li key={note}>{sentence(note)}</li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
