import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { EventFilter } from './filter';
import { begin, held, heldStill, type Listing, withNewest, withOlder } from './listing';
import { eventPage, livePace } from './queries';

/**
 * A list of events that goes on by itself: its first page is asked for again and again while `live`, and the browser shows the page. While
 * `still`, no row moves, and newcomers wait. For one filter; a component that shows it has the filter as its key.
 */
export function useListing(filter: EventFilter, live: boolean, still: boolean) {
  const newest = useQuery({
    queryKey: ['events', 'list', filter],
    queryFn: ({ signal }) => eventPage(filter, null, signal),
    refetchInterval: ({ state }) => live && livePace(state.data),
    refetchOnWindowFocus: live,
  });
  const [listing, setListing] = useState<Listing | null>(newest.data ? begin(newest.data) : null);
  const page = newest.data;
  useEffect(() => {
    if (!page) return;
    setListing((shown) => (shown ? (still ? heldStill(shown, page) : withNewest(shown, page)) : begin(page)));
  }, [page, still]);
  const older = useMutation({
    mutationFn: (cursor: string) => eventPage(filter, cursor),
    onSuccess: (below) => setListing((shown) => shown && withOlder(shown, below)),
  });
  return {
    newest,
    listing,
    /** How many newcomers wait. */
    waiting: still && listing && page ? held(listing, page) : 0,
    older,
  };
}
