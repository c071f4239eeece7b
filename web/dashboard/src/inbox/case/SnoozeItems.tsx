import { Menu, Text } from '@mantine/core';
import { useTimes } from 'parley-screen/times.js';
import { useText } from '../texts.js';
import { SNOOZES, snoozeTime } from './snoozes.js';

/** The entries of a menu that puts a case off. */
export function SnoozeItems({ onSnooze, onPick }: { onSnooze(until: Date | 'reply'): void; onPick?(): void }) {
  const t = useText();
  const times = useTimes();
  const now = new Date();
  return (
    <>
      <Menu.Item onClick={() => onSnooze('reply')}>{t('snooze.reply')}</Menu.Item>
      <Menu.Divider />
      {SNOOZES.map((snooze) => {
        const until = snoozeTime(snooze, now);
        return (
          until && (
            <Menu.Item
              key={snooze}
              onClick={() => onSnooze(until)}
              rightSection={
                <Text size="xs" c="dimmed">
                  {times.full(until)}
                </Text>
              }
            >
              {t(`snooze.${snooze}`)}
            </Menu.Item>
          )
        );
      })}
      {onPick && <Menu.Item onClick={onPick}>{t('snooze.pick')}</Menu.Item>}
    </>
  );
}
