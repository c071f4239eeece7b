import { Button, Group, Menu, Select } from '@mantine/core';
import type { Chat } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { useSession } from '../session/session.js';

const HOUR = 3_600_000;
const SNOOZES = [
  { label: 'for an hour', milliseconds: HOUR },
  { label: 'until tomorrow', milliseconds: 24 * HOUR },
  { label: 'for a week', milliseconds: 7 * 24 * HOUR },
];

/** Assign, snooze, close and reopen. */
export function CaseActions({ chatId, details }: { chatId: string; details: Chat }) {
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const staff = useLive(() => dashboard.staff(), [dashboard]);
  const names = [...(staff.value ?? [])]
    .filter(([, { role }]) => role !== 'viewer')
    .map(([value, { displayName }]) => ({ value, label: displayName }));
  const isOpen = details.state === 'open';

  return (
    <Group gap="xs">
      <Select
        aria-label="Assignee"
        placeholder="Nobody"
        size="xs"
        w={150}
        clearable
        data={names}
        value={details.assigneeId ?? null}
        onChange={(uid) => attempt(() => dashboard.assign(chatId, uid))}
      />
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default">
            Snooze
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SNOOZES.map(({ label, milliseconds }) => (
            <Menu.Item
              key={label}
              onClick={() => attempt(() => dashboard.snooze(chatId, new Date(Date.now() + milliseconds)))}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button
        size="xs"
        variant={isOpen ? 'filled' : 'default'}
        onClick={() => attempt(() => (isOpen ? dashboard.close(chatId) : dashboard.reopen(chatId)))}
      >
        {isOpen ? 'Close' : 'Reopen'}
      </Button>
    </Group>
  );
}
