import { Anchor, Group, NativeSelect, Text, Title } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MessageSquareText } from 'lucide-react';
import type { ListedSms } from 'parley-client';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useId } from 'react';
import { usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import type { PageSettings } from '../window/listWindow.js';
import { newestBy } from '../window/newest.js';
import { useWindow } from '../window/useWindow.js';
import { WindowedList } from '../window/WindowedList.js';
import { SMS_COMMANDS } from './commandList.js';
import { SmsLine } from './SmsLine.js';
import classes from './SmsPage.module.css';
import { type SmsState, STATES, stateIn } from './states.js';
import { useText } from './texts.js';

const LINE_HEIGHT = 112;
const RECEIVED = newestBy<ListedSms>(({ smsId }) => smsId);

/** The SMS that stand in no case, the newest first: of unknown numbers, opt-outs, and of muted people. */
export function SmsPage() {
  const t = useText();
  const title = useId();
  const { dashboard, role } = useSession();
  const navigate = useNavigate();
  const state = stateIn(useSearch({ strict: false }));
  const open = (settings: PageSettings<ListedSms>) =>
    dashboard.receivedSms({ ...settings, ...(state !== undefined && { state }) });
  const list = useWindow(open, RECEIVED, [dashboard, state]);
  const show = (chosen: SmsState | undefined) =>
    void navigate({ to: '/sms', search: (chosen ? { state: chosen } : {}) as never, replace: true });
  const filter = (chosen: SmsState | undefined) => ({ run: () => show(chosen), isShown: chosen !== state });
  const lines = usePageLines();
  usePageCommands(SMS_COMMANDS, {
    'sms.all': filter(undefined),
    'sms.kept': filter('kept'),
    'sms.muted': filter('muted'),
    'sms.optedOut': filter('optedOut'),
    'sms.optedIn': filter('optedIn'),
    'sms.copy': lines.act('copy'),
    'sms.openCase': lines.act('openCase'),
    'sms.lookUp': lines.act('lookUp'),
    'sms.settings': {
      run: () => navigate({ to: '/settings', search: { section: 'sms' } as never }),
      isShown: isAdmin(role),
    },
  });
  return (
    <section className={classes.page} aria-labelledby={title}>
      <header className={classes.header}>
        <Group justify="space-between" align="flex-end" gap="xs">
          <div className={classes.about}>
            <Title order={1} size="h3" id={title}>
              {t('sms.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('sms.about')}{' '}
              {isAdmin(role) && (
                <Anchor
                  inherit
                  underline="always"
                  renderRoot={(props) => <Link to="/settings" search={{ section: 'sms' } as never} {...props} />}
                >
                  {t('sms.settings')}
                </Anchor>
              )}
            </Text>
          </div>
          <NativeSelect
            size="sm"
            label={t('sms.show')}
            data={[
              { value: '', label: t('sms.all') },
              ...STATES.map((each) => ({ value: each, label: t(`sms.state.${each}`) })),
            ]}
            value={state ?? ''}
            onChange={(event) => show(stateIn({ state: event.currentTarget.value }))}
          />
        </Group>
      </header>
      {list.error && <Failure error={list.error} onRetry={list.retry} />}
      {!list.items && !list.error && <Loading />}
      {list.items?.length === 0 && !list.hasMore && (
        <Empty icon={<MessageSquareText size={28} aria-hidden />}>
          {t(state === undefined ? 'sms.none' : `sms.none.${state}`)}
        </Empty>
      )}
      {list.items && (list.items.length > 0 || list.hasMore) && !list.error && (
        <WindowedList label={t('sms.title')} list={list} idOf={RECEIVED.idOf} height={LINE_HEIGHT} lines={lines}>
          {(sms) => <SmsLine sms={sms} />}
        </WindowedList>
      )}
    </section>
  );
}
