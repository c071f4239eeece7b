import { ActionIcon, Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { lineOf } from '../commands/useLines.js';
import { useSession } from '../session/session.js';
import { ConfirmDialog } from '../words/ConfirmDialog.js';
import { useText } from './texts.js';
import { UNNAMED } from './useDraft.js';

/** The campaigns that are being composed, by anybody of the staff. */
export function Drafts() {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const times = useTimes();
  const { value } = useLive(() => dashboard.campaignDrafts(), [dashboard]);
  const [asked, setAsked] = useState('');
  const [isAsking, { open, close }] = useDisclosure();
  if (!value || value.size === 0) return null;
  const nameOf = (name: string): string => (name === UNNAMED ? t('campaigns.unnamed') : name);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.drafts')}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          {t('campaigns.drafts')}
        </Title>
        {[...value].map(([id, { name, updatedAt, step }]) => (
          <Group key={id} {...lineOf(`draft:${id}`)} justify="space-between" wrap="nowrap">
            <div>
              <Anchor
                data-act="open"
                renderRoot={(props) => (
                  <Link to="/campaigns/new" search={{ draft: id, step: step ?? 'kind' } as never} {...props} />
                )}
              >
                {nameOf(name)}
              </Anchor>
              {updatedAt && (
                <Text size="xs" c="dimmed">
                  {times.full(updatedAt)}
                </Text>
              )}
            </div>
            <ActionIcon
              data-act="delete"
              variant="subtle"
              color="red"
              aria-label={t('campaigns.deleteDraft', { name: nameOf(name) })}
              onClick={() => {
                setAsked(id);
                open();
              }}
            >
              <Trash2 size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <ConfirmDialog
        isAsked={isAsking}
        title={t('campaigns.deleteTitle', { name: nameOf(value.get(asked)?.name ?? '') })}
        act={t('campaigns.deleteIt')}
        onConfirm={() => attempt(() => removed(dashboard, asked))}
        onClose={close}
      >
        {t('campaigns.deleteHint')}
      </ConfirmDialog>
    </Paper>
  );
}

async function removed(dashboard: ReturnType<typeof useSession>['dashboard'], id: string): Promise<void> {
  const drafts = dashboard.campaignDrafts();
  try {
    await drafts.remove(id);
  } finally {
    drafts.close();
  }
}
