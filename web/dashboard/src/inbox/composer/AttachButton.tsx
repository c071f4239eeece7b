import { ActionIcon, FileButton, Tooltip } from '@mantine/core';
import { Paperclip } from 'lucide-react';
import type { Uploads } from 'parley-screen/uploads.js';
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
