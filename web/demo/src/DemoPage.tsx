import { Stack, Text, Title } from '@mantine/core';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useEffect, useState } from 'react';
import { type Cast, gather } from './cast/cast.js';
import { Desk, Phones } from './cast/Screens.js';
import classes from './DemoPage.module.css';
import { FaultsPanel } from './outbox/FaultsPanel.js';
import { OutboxPanel } from './outbox/OutboxPanel.js';
import { Player } from './play/Player.js';
import { useText } from './texts.js';

/** `?play=no` waits to be asked. */
const BEGINS = new URLSearchParams(location.search).get('play') !== 'no';

export function DemoPage() {
  const t = useText();
  const { cast, error } = useCast();
  useEffect(() => {
    document.title = t('demo.title');
  }, [t]);

  if (error !== undefined) return <Failure error={error} onRetry={() => location.reload()} />;
  if (cast === undefined) return <Loading />;
  if (cast === 'notLocal') return <Empty>{t('demo.onlyLocal')}</Empty>;
  return (
    <main className={classes.page}>
      <header>
        <Title order={1}>{t('demo.title')}</Title>
        <Text c="dimmed" size="sm" maw={720}>
          {t('demo.about')}
        </Text>
      </header>
      <div className={classes.parts}>
        <div className={classes.screens}>
          <Phones />
          <Desk />
        </div>
        <Stack className={classes.side ?? ''}>
          <Player cast={cast} begins={BEGINS} />
          <OutboxPanel cast={cast} />
          <FaultsPanel cast={cast} />
        </Stack>
      </div>
    </main>
  );
}

/** The people, signed in once for each page. */
let gathered: ReturnType<typeof gather> | undefined;

function useCast() {
  const [cast, setCast] = useState<Cast | 'notLocal'>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    gathered ??= gather();
    gathered.then(setCast, setError);
  }, []);
  return { cast, error };
}
