import { Button, Group, TextInput } from '@mantine/core';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, useState } from 'react';
import { type Cast, type Role, SMS_NUMBER } from '../cast/cast.js';
import { useText } from '../texts.js';
import { sendSms } from './standIns.js';

/** An SMS of this person to the service, as if they answered on their phone; STOP works too. */
export function SmsReply({ cast, role: { name, phone = '' } }: { cast: Cast; role: Role }) {
  const t = useText();
  const attempt = useAttempt();
  const [body, setBody] = useState('');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await attempt(() => sendSms(cast.emulators, { from: phone, to: SMS_NUMBER, body }))) setBody('');
  }

  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs" mb="sm" wrap="nowrap">
        <TextInput
          flex={1}
          size="xs"
          label={t('sms.reply', { name })}
          placeholder="STOP"
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default" disabled={!body.trim()}>
          {t('sms.send')}
        </Button>
      </Group>
    </form>
  );
}
