/** The files that go with a message, as both composers show them. */
import { ActionIcon, Button, RingProgress, Text } from '@mantine/core';
import { Check, CircleAlert, X } from 'lucide-react';
import { LIMITS } from 'parley-client';
import classes from './FilesToSend.module.css';
import { sizeText } from './sizes.js';
import { useText } from './texts.js';
import type { FileToSend, Uploads } from './uploads.js';

/** Nothing while there are none. */
export function FilesToSend({ uploads }: { uploads: Pick<Uploads, 'files' | 'retry' | 'remove'> }) {
  const t = useText();
  if (uploads.files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('files.list')}>
      {uploads.files.map((file) => (
        <li key={file.id} className={classes.file} data-state={file.state}>
          <Standing file={file} />
          <span className={classes.name} dir="auto" title={file.name}>
            {file.name}
          </span>
          <bdi className={classes.size}>{sizeText(file.size)}</bdi>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('files.remove', { name: file.name })}
            onClick={() => uploads.remove(file.id)}
          >
            <X size={14} aria-hidden />
          </ActionIcon>
          <Problem file={file} onRetry={() => uploads.retry(file.id)} />
        </li>
      ))}
    </ul>
  );
}

function Standing({ file: { state, share, name } }: { file: FileToSend }) {
  const t = useText();
  if (state === 'uploaded') return <Check size={16} className={classes.done} role="img" aria-label={t('files.done')} />;
  if (state !== 'uploading') return <CircleAlert size={16} className={classes.wrong} aria-hidden />;
  return (
    <RingProgress
      size={20}
      thickness={3}
      sections={[{ value: share * 100, color: 'parley' }]}
      role="progressbar"
      aria-label={t('files.uploading', { name })}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    />
  );
}

function Problem({ file: { state, name }, onRetry }: { file: FileToSend; onRetry: () => void }) {
  const t = useText();
  if (state !== 'failed' && state !== 'tooLarge') return null;
  return (
    <div className={classes.problem}>
      <Text size="xs" className={classes.wrong ?? ''} role="alert">
        {state === 'failed'
          ? t('files.failed', { name })
          : t('files.tooLarge', { name, limit: sizeText(LIMITS.ATTACHMENT_BYTES) })}
      </Text>
      {state === 'failed' && (
        <Button size="compact-xs" variant="subtle" onClick={onRetry}>
          {t('screen.tryAgain')}
        </Button>
      )}
    </div>
  );
}
