import { ActionIcon, Button, RingProgress, Text } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { sizeText } from 'parley-screen/sizes.js';
import { useText as useSharedText } from 'parley-screen/texts.js';
import type { FileToSend, Uploads } from 'parley-screen/uploads.js';
import { useText } from '../texts.js';
import classes from './Composer.module.css';

export function FilesToSend({ uploads }: { uploads: Uploads }) {
  const t = useText();
  const shared = useSharedText();
  if (uploads.files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('compose.files')}>
      {uploads.files.map((file) => (
        <li key={file.id} className={classes.file} data-state={file.state}>
          <Progress file={file} />
          <span className={classes.fileName} dir="auto">
            {file.name}
          </span>
          <Problem file={file} />
          {file.state === 'failed' && (
            <Button size="compact-xs" variant="subtle" onClick={() => uploads.retry(file.id)}>
              {shared('screen.tryAgain')}
            </Button>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('compose.removeFile', { name: file.name })}
            onClick={() => uploads.remove(file.id)}
          >
            <X size={14} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

function Progress({ file: { state, share } }: { file: FileToSend }) {
  if (state === 'uploaded') return <Check size={16} aria-hidden />;
  if (state !== 'uploading') return null;
  return <RingProgress size={20} thickness={3} sections={[{ value: share * 100, color: 'parley' }]} aria-hidden />;
}

function Problem({ file: { state, name } }: { file: FileToSend }) {
  const t = useText();
  if (state !== 'failed' && state !== 'tooLarge') return null;
  return (
    <Text size="xs" c="red" role="alert">
      {state === 'failed'
        ? t('compose.uploadFailed', { name })
        : t('compose.tooLarge', { name, limit: sizeText(LIMITS.ATTACHMENT_BYTES) })}
    </Text>
  );
}
