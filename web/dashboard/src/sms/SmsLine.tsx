import { ActionIcon, Anchor, Badge, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, Copy } from 'lucide-react';
import { caseChatId, type ListedSms } from 'parley-client';
import { useTimes } from 'parley-screen/times.js';
import { usePersonName } from '../inbox/names.js';
import { LinkedText } from '../inbox/thread/LinkedText.js';
import { useSession } from '../session/session.js';
import classes from './SmsPage.module.css';
import { COLOURS } from './states.js';
import { useText } from './texts.js';

/** One SMS: from whom, what became of it, and where one goes on. */
export function SmsLine({ sms }: { sms: ListedSms }) {
  const t = useText();
  const times = useTimes();
  const { serviceId } = useSession();
  const { from, to, body, state, uids, at } = sms;
  const [first] = uids;
  return (
    <div className={classes.line} data-sms={sms.smsId}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Group gap={6} wrap="nowrap" miw={0}>
          <Text size="sm" fw={600} component="span" dir="ltr" truncate>
            {from}
          </Text>
          <CopyButton value={from}>
            {({ copied, copy }) => (
              <Tooltip label={t(copied ? 'sms.copied' : 'sms.copy')}>
                <ActionIcon
                  data-act="copy"
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t('sms.copyOf', { from })}
                  onClick={copy}
                >
                  {copied ? <Check size={14} /> : <Copy size={14} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        </Group>
        <Text
          className={classes.time ?? ''}
          size="xs"
          c="dimmed"
          component="time"
          dateTime={at.toDate().toISOString()}
          title={times.full(at)}
        >
          {times.short(at)}
        </Text>
      </Group>
      <div className={classes.body} dir="auto">
        {body === '' ? <Text c="dimmed">{t('sms.empty')}</Text> : <LinkedText text={body} />}
      </div>
      <Group gap="xs" className={classes.below ?? ''}>
        <Badge color={COLOURS[state]} variant="light" c="var(--mantine-color-text)" tt="none">
          {t(`sms.state.${state}`)}
        </Badge>
        <Text size="xs" c="dimmed">
          {t('sms.to', { to })}
        </Text>
        {uids.map((uid) => (
          <PersonLink key={uid} userId={uid} />
        ))}
        {state === 'muted' && first !== undefined && (
          <Anchor
            data-act="openCase"
            size="xs"
            renderRoot={(props) => (
              <Link to="/inbox/$chatId" params={{ chatId: caseChatId(first, serviceId) }} search={{}} {...props} />
            )}
          >
            {t('sms.openCase')}
          </Anchor>
        )}
        {uids.length === 0 && (
          <Anchor
            data-act="lookUp"
            size="xs"
            renderRoot={(props) => <Link to="/people" search={{ q: from } as never} {...props} />}
          >
            {t('sms.lookUp')}
          </Anchor>
        )}
      </Group>
    </div>
  );
}

function PersonLink({ userId }: { userId: string }) {
  const name = usePersonName(userId);
  return (
    <Anchor size="xs" renderRoot={(props) => <Link to="/people/$userId" params={{ userId }} {...props} />}>
      <bdi>{name}</bdi>
    </Anchor>
  );
}
