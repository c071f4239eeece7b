import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useCallback, useMemo, useState } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { Composer } from '../composer/Composer.js';
import { uidOf, usePersonName } from '../names.js';
import { PersonPanel } from '../person/PersonPanel.js';
import { useText } from '../texts.js';
import { Thread } from '../thread/Thread.js';
import { useTimeline } from '../thread/useTimeline.js';
import { CaseHeader } from './CaseHeader.js';
import classes from './CaseView.module.css';
import { Colleagues } from './Colleagues.js';
import { type OpenCase, useOpenCase } from './openCase.js';

const PANEL = 'parley.personPanel';
/** Up to this width, in pixels, the panel lies above the case, as its styles say. */
const COVERED = 1280;

/** One case: its thread, what can be done with it, the answer, and who it is about. */
export function CaseView({ chatId }: { chatId: string }) {
  const { opened, reopen } = useOpenCase(chatId);
  return opened ? <Opened opened={opened} onRetry={reopen} /> : <Loading />;
}

function Opened({ opened, onRetry }: { opened: OpenCase; onRetry(): void }) {
  const t = useText();
  const { role } = useSession();
  const { session } = opened;
  const userId = uidOf(session.chatId);
  const name = usePersonName(userId);
  const person = useMemo(() => ({ userId, name }), [userId, name]);
  const details = useLive(() => session.details(), [session]);
  const typing = useLive(() => session.whoTypes(), [session]);
  const timeline = useTimeline(opened);
  const { isPanelShown, togglePanel, hidePanel } = usePanel();
  const isTyping = (typing.value ?? []).some((memberId) => memberId === userId);

  if (timeline.error) return <Failure error={timeline.error} onRetry={onRetry} />;
  return (
    <div className={classes.columns}>
      <section className={classes.case} aria-label={t('case.of', { name })}>
        <CaseHeader
          session={session}
          details={details.value}
          userId={userId}
          name={name}
          isPanelShown={isPanelShown}
          onPanel={togglePanel}
        />
        <Colleagues opened={opened} />
        <Thread opened={opened} timeline={timeline} person={person} />
        <p className={classes.typing} aria-live="polite">
          {isTyping && t('thread.typing', { name })}
        </p>
        {isAgent(role) ? (
          <Composer opened={opened} userId={userId} name={name} />
        ) : (
          <p className={classes.viewer}>{t('case.viewer')}</p>
        )}
      </section>
      {isPanelShown && <PersonPanel userId={userId} chatId={session.chatId} onClose={hidePanel} />}
    </div>
  );
}

/** Whether the person is shown beside the case, remembered where there is room for it. */
function usePanel(): { isPanelShown: boolean; togglePanel(): void; hidePanel(): void } {
  const [isShown, setIsShown] = useState(() => window.innerWidth > COVERED && localStorage.getItem(PANEL) !== 'hidden');
  const show = useCallback((shown: boolean) => {
    localStorage.setItem(PANEL, shown ? 'shown' : 'hidden');
    setIsShown(shown);
  }, []);
  const togglePanel = useCallback(() => show(!isShown), [show, isShown]);
  const hidePanel = useCallback(() => show(false), [show]);
  return { isPanelShown: isShown, togglePanel, hidePanel };
}
