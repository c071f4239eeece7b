import { Badge, Button, Group, Paper, SegmentedControl, Text, Title } from '@mantine/core';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { type Cast, PHONES } from '../cast/cast.js';
import { useText } from '../texts.js';
import type { Left } from './leaving.js';
import classes from './Outbox.module.css';
import { SmsReply } from './SmsReply.js';
import { useOutbox } from './useOutbox.js';

const EVERYBODY = 'everybody';
const SHOWN = 60;

/** Pushes, SMS and mails as they leave, per person. */
export function OutboxPanel({ cast }: { cast: Cast }) {
  const t = useText();
  const outbox = useOutbox(cast);
  const [who, setWho] = useState(EVERYBODY);
  const ofThem = outbox.left.filter((left) => who === EVERYBODY || outbox.ownerOf(left) === who);
  const shown = ofThem.slice(0, SHOWN);
  const role = PHONES.find(({ uid }) => uid === who);

  return (
    <Paper withBorder p="md" component="section" aria-labelledby="what-leaves">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="what-leaves">
          {t('outbox.title')}
        </Title>
        <Button size="xs" variant="default" onClick={() => outbox.clear()}>
          {t('outbox.clear')}
        </Button>
      </Group>
      <SegmentedControl
        fullWidth
        size="xs"
        mb="sm"
        aria-label={t('outbox.who')}
        value={who}
        onChange={setWho}
        data={[
          { value: EVERYBODY, label: t('outbox.everybody') },
          ...PHONES.map(({ uid, name }) => ({ value: uid, label: name.split(' ')[0] ?? name })),
        ]}
      />
      {role?.phone && <SmsReply key={role.uid} cast={cast} role={role} />}
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('outbox.empty')}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <ul className={classes.rows} tabIndex={0} aria-labelledby="what-leaves">
        {shown.map((left, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: two that are alike may leave in one millisecond.
            key={`${left.channel} ${left.at.getTime()} ${left.to.join()} ${index}`}
            left={left}
            name={PHONES.find(({ uid }) => uid === outbox.ownerOf(left))?.name}
          />
        ))}
      </ul>
      {ofThem.length > SHOWN && (
        <Text size="xs" c="dimmed">
          {t('outbox.toOthers', { count: ofThem.length - SHOWN })}
        </Text>
      )}
    </Paper>
  );
}

function Row({ left, name }: { left: Left; name: string | undefined }) {
  const t = useText();
  const times = useTimes();
  const { channel, at, status, to, title, text } = left;
  const isAccepted = status >= 200 && status < 300;
  return (
    <li className={classes.row} data-channel={channel} data-status={status}>
      <Group gap="xs" wrap="nowrap">
        <Badge size="sm" variant="light">
          {t(`outbox.${channel}`)}
        </Badge>
        <Text span size="sm" fw={600} truncate flex={1} dir="auto">
          {name ?? to.join(', ')}
        </Text>
        <Text span size="xs" className={isAccepted ? (classes.quiet ?? '') : (classes.refused ?? '')}>
          {isAccepted ? times.short(at) : t('outbox.refused', { status })}
        </Text>
      </Group>
      <Text size="xs" lineClamp={2} dir="auto">
        {title && <strong>{title}: </strong>}
        {text}
      </Text>
    </li>
  );
}
