import { Button, Stack, Text, Title } from '@mantine/core';
import { asProblem } from '@/api/problem';
import classes from './Failed.module.css';
import { Themed } from './Themed';

/** In place of the console, where it could not start. */
export function Failed({ thrown }: { thrown: unknown }) {
  return (
    <Themed>
      <main className={classes.page}>
        <Stack gap="sm" align="flex-start">
          <Title order={1}>The console could not start</Title>
          <Text>{asProblem(thrown).message}</Text>
          <Text c="dimmed">
            Check your connection. If it stays so, the deployment’s log of the function api says more.
          </Text>
          <Button onClick={() => location.reload()}>Try again</Button>
        </Stack>
      </main>
    </Themed>
  );
}
