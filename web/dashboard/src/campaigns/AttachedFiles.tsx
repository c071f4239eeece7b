import type { Attachment } from 'parley-client';
import { FilesToSend } from 'parley-screen/FilesToSend.js';

interface Props {
  attachments: readonly Attachment[];
  onChange(attachments: Attachment[]): void;
}

/** The files that go with a campaign, which were uploaded for an earlier one. */
export function AttachedFiles({ attachments, onChange }: Props) {
  return (
    <FilesToSend
      uploads={{
        files: attachments.map((attachment) => ({
          id: attachment.path,
          name: attachment.name,
          size: attachment.size,
          share: 1,
          state: 'uploaded',
          attachment,
        })),
        retry: () => undefined,
        remove: (id) => onChange(attachments.filter(({ path }) => path !== id)),
      }}
    />
  );
}
