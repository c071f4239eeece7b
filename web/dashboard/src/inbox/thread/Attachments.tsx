import { useQuery } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import type { Attachment } from 'parley-client';
import { useObjectUrl } from 'parley-screen/objectUrl.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';

const KILO = 1024;

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return (
    <div className={classes.files}>
      {attachments.map((attachment) => (
        <File key={attachment.path} attachment={attachment} />
      ))}
    </div>
  );
}

/** Pictures are shown; everything else is offered to be loaded. */
function File({ attachment: { path, name, contentType, size } }: { attachment: Attachment }) {
  const t = useText();
  const { backend } = useSession();
  const { data: file } = useQuery({
    queryKey: ['file', path],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('parley-screen/files.js')).load(backend, path),
  });
  const address = useObjectUrl(file);
  if (address && contentType.startsWith('image/')) {
    return (
      <a href={address} target="_blank" rel="noopener noreferrer">
        <img className={classes.picture} src={address} alt={name} loading="lazy" />
      </a>
    );
  }
  return (
    <a className={classes.file} href={address} target="_blank" rel="noopener noreferrer" download={name}>
      <FileDown size={14} aria-hidden />
      <span dir="auto">{name}</span>
      <span>{t('thread.size', { kilobytes: Math.max(1, Math.round(size / KILO)) })}</span>
    </a>
  );
}
