import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../texts.js';

interface Props {
  onSnooze(until: Date): void;
  onClose(): void;
}

/** Choose the time to which a case is put off. */
export function SnoozeDialog({ onSnooze, onClose }: Props) {
  const t = useText();
  const [value, setValue] = useState('');
  const until = new Date(value);
  const isPast = value !== '' && until.getTime() <= Date.now();

  function submit(event: FormEvent): void {
    event.preventDefault();
    onSnooze(until);
    onClose();
  }

  return (
    <Modal opened onClose={onClose} title={t('snooze.pick')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            type="datetime-local"
            label={t('snooze.until')}
            required
            data-autofocus
            value={value}
            error={isPast && t('snooze.past')}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" disabled={value === '' || isPast}>
            {t('case.snooze')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
