import { ActionIcon, CloseButton, FileButton, Group, Pill, Progress, Tooltip } from '@mantine/core';
import { Paperclip } from 'lucide-react';
import { useText } from '../texts.js';
import type { Files } from './useFiles.js';

export function AttachButton({ files }: { files: Files }) {
  const t = useText();
  return (
    <FileButton multiple onChange={files.add}>
      {(props) => (
        <Tooltip label={t('composer.attach')}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('composer.attach')} {...props}>
            <Paperclip size={17} />
          </ActionIcon>
        </Tooltip>
      )}
    </FileButton>
  );
}

/** The files that go with the answer, and how far they are. */
export function FileList({ files }: { files: Files }) {
  const t = useText();
  if (files.list.length === 0) return null;
  return (
    <Group gap={6} mb={8}>
      {files.list.map(({ id, name, share, attachment }) => (
        <Pill key={id} size="md">
          <Group gap={6} wrap="nowrap">
            {name}
            {!attachment && (
              <Progress value={share * 100} w={60} size="sm" aria-label={t('composer.uploading', { name })} />
            )}
            <CloseButton size="xs" aria-label={t('composer.remove', { name })} onClick={() => files.remove(id)} />
          </Group>
        </Pill>
      ))}
    </Group>
  );
}
