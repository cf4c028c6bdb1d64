import { NativeSelect } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { Problem } from '@/api/problem';
import { local } from '@/lib/time';
import { ProblemNote } from '@/ui/ProblemNote';
import { busEventOf } from './busEvent';

const SHOWN = 20;

export interface RecentEventsProps {
  id: string;
  /** Gets the event of the bus as JSON, and the event's id. */
  onPick: (text: string, name: string) => void;
}

/** The webhook's newest events, to take one as an example. */
export function RecentEvents({ id, onPick }: RecentEventsProps) {
  const events = useQuery({
    queryKey: ['webhooks', id, 'recent'],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/webhook/{config_id}/events', {
          params: { path: { config_id: id }, query: { limit: SHOWN } },
          signal,
        }),
      ),
  });
  const pick = useMutation({
    mutationFn: async (event_id: string) => {
      const event = await answer(
        api.GET('/webhook/{config_id}/events/{event_id}', { params: { path: { config_id: id, event_id } } }),
      );
      const text = busEventOf(event);
      if (text === null)
        throw new Problem(0, 'no_detail', 'Its payload is no JSON object, or too large to be in the row.');
      return { text, event_id };
    },
    onSuccess: ({ text, event_id }) => onPick(text, event_id),
  });
  if (events.error) return <ProblemNote error={events.error} title="The recent events could not be loaded" />;
  const listed = events.data?.data ?? [];
  if (events.data && listed.length === 0) return null;
  return (
    <>
      <NativeSelect
        label="Or take a recent event"
        maw="32rem"
        disabled={listed.length === 0 || pick.isPending}
        value=""
        onChange={(event) => event.currentTarget.value && pick.mutate(event.currentTarget.value)}
        data={[
          { value: '', label: 'Choose one …' },
          ...listed.map((event) => ({ value: event.event_id, label: named(event) })),
        ]}
      />
      {pick.error && <ProblemNote error={pick.error} title="This event can’t be taken" />}
    </>
  );
}

function named({ created_at, event_name, status, event_id }: Schemas['EventSummary']): string {
  return [local(new Date(created_at)), event_name, status, event_id].filter(Boolean).join(' · ');
}
