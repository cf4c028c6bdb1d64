import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { Icon } from '@/ui/Icon';
import { notifyFailed } from '@/ui/notify';

export interface DownloadButtonProps {
  /** What is downloaded: "payload". */
  name: string;
  /** Asks the API for the address of the bytes. */
  ask: () => Promise<Schemas['Download']>;
}

/** Saves bytes as a file; they never become a page. */
export function DownloadButton({ name, ask }: DownloadButtonProps) {
  const download = useMutation({
    mutationFn: ask,
    // The answer is an attachment, so the page stays.
    onSuccess: ({ url }) => location.assign(url),
    onError: (error) => notifyFailed(`The ${name} could not be downloaded`, error),
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<Icon name="download" size={14} />}
      loading={download.isPending}
      onClick={() => download.mutate()}
      aria-label={`Download the ${name}`}
    >
      Download
    </Button>
  );
}
