import { ActionIcon, Button, CloseButton, FileButton, Group, Pill, Progress, Text, Tooltip } from '@mantine/core';
import { Paperclip } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { sizeText } from 'parley-screen/sizes.js';
import { useText as useSharedText } from 'parley-screen/texts.js';
import type { FileToSend, Uploads } from 'parley-screen/uploads.js';
import type { Ref } from 'react';
import { useText } from '../texts.js';

/** `button` is what a key presses. */
export function AttachButton({ files, button }: { files: Uploads; button: Ref<HTMLButtonElement> }) {
  const t = useText();
  return (
    <FileButton multiple onChange={files.add}>
      {(props) => (
        <Tooltip label={t('composer.attach')}>
          <ActionIcon ref={button} variant="subtle" color="gray" aria-label={t('composer.attach')} {...props}>
            <Paperclip size={17} />
          </ActionIcon>
        </Tooltip>
      )}
    </FileButton>
  );
}

/** The files that go with the answer, and how far they are. */
export function FileList({ files }: { files: Uploads }) {
  const t = useText();
  const shared = useSharedText();
  if (files.files.length === 0) return null;
  return (
    <Group component="ul" gap={6} mb={8} p={0} aria-label={t('composer.files')} style={{ listStyle: 'none' }}>
      {files.files.map((file) => (
        <li key={file.id} data-state={file.state}>
          <Pill size="md">
            <Group gap={6} wrap="nowrap">
              <bdi>{file.name}</bdi>
              {file.state === 'uploading' && (
                <Progress
                  value={file.share * 100}
                  w={60}
                  size="sm"
                  aria-label={t('composer.uploading', { name: file.name })}
                />
              )}
              <CloseButton
                size="xs"
                aria-label={t('composer.remove', { name: file.name })}
                onClick={() => files.remove(file.id)}
              />
            </Group>
          </Pill>
          <Problem file={file} />
          {file.state === 'failed' && (
            <Button size="compact-xs" variant="subtle" onClick={() => files.retry(file.id)}>
              {shared('screen.tryAgain')}
            </Button>
          )}
        </li>
      ))}
    </Group>
  );
}

function Problem({ file: { state, name } }: { file: FileToSend }) {
  const t = useText();
  if (state !== 'failed' && state !== 'tooLarge') return null;
  return (
    <Text size="xs" c="red" role="alert">
      {state === 'failed'
        ? t('composer.uploadFailed', { name })
        : t('composer.tooLarge', { name, limit: sizeText(LIMITS.ATTACHMENT_BYTES) })}
    </Text>
  );
}
