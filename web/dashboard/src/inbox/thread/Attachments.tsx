import { FileDown } from 'lucide-react';
import type { Attachment } from 'parley-client';
import { useAddress } from 'parley-screen/addresses.js';
import { sizeText } from 'parley-screen/sizes.js';
import { useSession } from '../../session/session.js';
import classes from './Bubble.module.css';

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
  const { backend } = useSession();
  const address = useAddress(backend, path);
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
      <bdi>{sizeText(size)}</bdi>
    </a>
  );
}
