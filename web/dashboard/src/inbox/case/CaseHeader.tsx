import { ActionIcon, Avatar, Group, Tooltip } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, PanelRight } from 'lucide-react';
import type { Chat, ChatSession } from 'parley-client';
import { useKeyOf } from 'parley-screen/commands/commands.js';
import { KeyCaps } from 'parley-screen/commands/KeyCaps.js';
import { useTimes } from 'parley-screen/times.js';
import { memo } from 'react';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { isAgent, useSession } from '../../session/session.js';
import { INBOX_COMMANDS } from '../commandList.js';
import { useText } from '../texts.js';
import { CaseActions } from './CaseActions.js';
import classes from './CaseHeader.module.css';

interface Props {
  session: ChatSession;
  details: Chat | null | undefined;
  userId: string;
  name: string;
  isPanelShown: boolean;
  onPanel(): void;
}

export const CaseHeader = memo(function CaseHeader({ session, details, userId, name, isPanelShown, onPanel }: Props) {
  const t = useText();
  const times = useTimes();
  const navigate = useNavigate();
  const { role } = useSession();
  const panelKey = useKeyOf('inbox.panel');
  const state = details?.state;

  usePageCommands(INBOX_COMMANDS, {
    'inbox.panel': { run: onPanel },
    'inbox.person': { run: () => navigate({ to: '/people/$userId', params: { userId } }) },
    'inbox.back': { run: () => navigate({ to: '/inbox', search: (search) => search }) },
  });

  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.back ?? ''}
        variant="subtle"
        color="gray"
        aria-label={t('case.back')}
        renderRoot={(props) => <Link to="/inbox" search={(search) => search} {...props} />}
      >
        <ArrowLeft size={18} />
      </ActionIcon>
      <Avatar name={name} color="initials" size={32} alt="" className={classes.avatar ?? ''} />
      <div className={classes.who}>
        <h2 className={classes.name} dir="auto">
          {name}
        </h2>
        <p className={classes.state}>
          {details === undefined
            ? '\u00a0'
            : state === undefined
              ? t('case.none')
              : state === 'snoozed' && details?.snoozedUntil
                ? t('case.snoozedUntil', { time: times.full(details.snoozedUntil) })
                : t(`state.${state}`)}
        </p>
      </div>
      <Group gap={6} className={classes.actions ?? ''}>
        {details && isAgent(role) && <CaseActions chatId={session.chatId} details={details} />}
        <Tooltip
          label={
            <Group gap={6} wrap="nowrap">
              {t('person.show')} <KeyCaps value={panelKey} />
            </Group>
          }
        >
          <ActionIcon
            variant={isPanelShown ? 'light' : 'default'}
            size="md"
            aria-label={t('person.show')}
            aria-pressed={isPanelShown}
            onClick={onPanel}
          >
            <PanelRight size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </header>
  );
});
