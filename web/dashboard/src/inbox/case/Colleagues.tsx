import { Group } from '@mantine/core';
import { Eye, PencilLine } from 'lucide-react';
import type { Colleague, Desk, MessagesShown } from 'parley-client';
import { memo, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { unsentText } from '../composer/unsent.js';
import { useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Colleagues.module.css';
import type { OpenCase } from './openCase.js';

const NOBODY: Colleague[] = [];

function useColleagues(desk: Desk): Colleague[] {
  const [colleagues, setColleagues] = useState(desk.value ?? NOBODY);
  useEffect(() => desk.subscribe(setColleagues), [desk]);
  return colleagues;
}

function useMessages({ messages }: OpenCase['session']): MessagesShown | undefined {
  const subscribe = useCallback((listener: () => void) => messages.subscribe(listener), [messages]);
  return useSyncExternalStore(subscribe, () => messages.value);
}

/** Who else looks at the case, types, or has text that is not sent. */
export const Colleagues = memo(function Colleagues({ opened }: { opened: OpenCase }) {
  const t = useText();
  const staffName = useStaffName();
  const messages = useMessages(opened.session);
  const shown = useColleagues(opened.desk)
    .map((each) => ({ ...each, draft: unsentText(each, messages) }))
    .filter(({ isViewing, draft }) => isViewing || draft !== undefined);
  if (shown.length === 0) return null;
  return (
    <Group className={classes.colleagues ?? ''} gap="xs" role="status">
      {shown.map(({ staffId, isViewing, isTyping, draft }) => {
        const name = staffName(staffId);
        const doing = isTyping ? 'colleague.types' : isViewing ? 'colleague.views' : 'colleague.left';
        return (
          <span key={staffId} className={classes.colleague} data-types={isTyping || undefined}>
            {isTyping || draft !== undefined ? <PencilLine size={13} aria-hidden /> : <Eye size={13} aria-hidden />}
            <span>{t(doing, { name })}</span>
            {draft !== undefined && (
              <span className={classes.draft} dir="auto" title={draft}>
                {t('colleague.draft', { draft })}
              </span>
            )}
          </span>
        );
      })}
    </Group>
  );
});
