/** What staff do with a case, with what they are told about it. */
import { notifications } from '@mantine/notifications';
import { ParleyError } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useMemo } from 'react';
import { useSession } from '../../session/session.js';
import { useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import { useCountAnew } from '../views/useCounts.js';

export interface CaseActs {
  claim(): void;
  /** `expected` is who has the case on the screen: whoever was faster is told. */
  assign(uid: string | null, expected: string | undefined): void;
  snooze(until: Date | 'reply'): void;
  close(): void;
  reopen(): void;
  markUnread(): void;
  copyLink(): void;
}

export function useCaseActs(chatId: string): CaseActs {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const countAnew = useCountAnew();
  const staffName = useStaffName();

  return useMemo(() => {
    /** Somebody else was faster: say who, which is no failure. */
    const unlessTaken = async (act: () => Promise<void>): Promise<void> => {
      try {
        await act();
      } catch (failure) {
        if (!(failure instanceof ParleyError) || failure.reason !== 'alreadyAssigned') throw failure;
        const by = failure.about?.assigneeId;
        const name = typeof by === 'string' ? staffName(by) : t('case.nobody');
        notifications.show({ color: 'yellow', title: t('case.taken'), message: t('case.takenBy', { name }) });
      }
    };
    const act = (work: () => Promise<unknown>): void => void attempt(work).then((isDone) => isDone && countAnew());
    return {
      claim: () => act(() => unlessTaken(() => dashboard.claim(chatId))),
      assign: (uid, expected) => act(() => unlessTaken(() => dashboard.assign(chatId, uid, expected ?? null))),
      snooze: (until) => act(() => dashboard.snooze(chatId, until)),
      close: () => act(() => dashboard.close(chatId)),
      reopen: () => act(() => dashboard.reopen(chatId)),
      markUnread: () => {
        const chat = dashboard.chat(chatId);
        act(() => chat.flag({ markedUnread: true }).finally(() => chat.close()));
      },
      copyLink: () => {
        const link = `${location.origin}/inbox/${encodeURIComponent(chatId)}`;
        void attempt(() => navigator.clipboard.writeText(link)).then(
          (isDone) => isDone && notifications.show({ message: t('case.copied') }),
        );
      },
    };
  }, [t, dashboard, attempt, countAnew, staffName, chatId]);
}
