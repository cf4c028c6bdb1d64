import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/**
 * The query string as the state of a page, so that links lead to what is seen. Setting a parameter to null or '' removes it;
 * others stay. Replaces the entry in the browser's history unless `push` is set.
 */
export function useQueryState(): [URLSearchParams, (change: Record<string, string | null>, push?: boolean) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const set = useCallback(
    (change: Record<string, string | null>, push = false) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(change)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      const text = next.toString();
      navigate(text ? `${path}?${text}` : path, { replace: !push });
    },
    [search, path, navigate],
  );
  return [new URLSearchParams(search), set];
}
