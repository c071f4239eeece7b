import { Button, Group, Menu, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Braces } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { useRef } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useAttributes } from '../people/known.js';
import { AttachedFiles } from './AttachedFiles.js';
import { COMPOSING_COMMANDS } from './commandList.js';
import { isSmsOnly, sendsSms } from './job.js';
import type { StepProps } from './KindStep.js';
import { useText } from './texts.js';

export function MessageStep({ draft, change }: StepProps) {
  const t = useText();
  const area = useRef<HTMLTextAreaElement>(null);

  /** Put it where the cursor is, in place of what is selected. */
  function insert(template: string): void {
    const { selectionStart = draft.body.length, selectionEnd = draft.body.length } = area.current ?? {};
    const body = draft.body.slice(0, selectionStart) + template + draft.body.slice(selectionEnd);
    change({ body });
    const end = selectionStart + template.length;
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(end, end);
    });
  }

  return (
    <>
      {!isSmsOnly(draft) && (
        <TextInput
          label={t('campaigns.title')}
          description={t('campaigns.titleHint')}
          maxLength={LIMITS.CHAT_TITLE}
          value={draft.title}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
      )}
      <Textarea
        ref={area}
        label={t('campaigns.body')}
        description={t('campaigns.bodyHint')}
        required
        autosize
        minRows={6}
        maxRows={20}
        dir="auto"
        value={draft.body}
        onChange={(event) => change({ body: event.currentTarget.value })}
      />
      <Group justify="space-between">
        <Variables onInsert={insert} />
        <Text size="sm" c="dimmed">
          {t('campaigns.length', {
            count: draft.body.length,
            limit: sendsSms(draft) ? LIMITS.SMS_BODY : LIMITS.CHAT_BODY,
          })}
        </Text>
      </Group>
      {!isSmsOnly(draft) && (
        <AttachedFiles attachments={draft.attachments} onChange={(attachments) => change({ attachments })} />
      )}
    </>
  );
}

const VARIABLES = [
  '{{ user.displayName | default: "" }}',
  '{{ user.locale }}',
  '{{ service.name }}',
  '{{ campaign.name }}',
  '{% if user.tags contains "vip" %}{% endif %}',
];

function Variables({ onInsert }: { onInsert(template: string): void }) {
  const t = useText();
  const attributes = Object.keys(useAttributes()).map((path) => `{{ user.${path} | default: "" }}`);
  const [isOpen, menu] = useDisclosure();
  usePageCommands(COMPOSING_COMMANDS, { 'campaigns.insert': { run: menu.open } });
  return (
    <Menu position="bottom-start" opened={isOpen} onChange={menu.set}>
      <Menu.Target>
        <Button variant="default" leftSection={<Braces size={16} aria-hidden />}>
          {t('campaigns.insert')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {[...VARIABLES, ...attributes].map((template) => (
          <Menu.Item key={template} onClick={() => onInsert(template)} ff="monospace" fz="xs" dir="ltr">
            {template}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
