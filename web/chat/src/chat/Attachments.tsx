import { FileText } from 'lucide-react';
import type { Attachment } from 'parley-client';
import { useAddress } from 'parley-screen/addresses.js';
import { sizeText } from 'parley-screen/sizes.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './Message.module.css';

export function Attachments({ attachments }: { attachments: Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <div className={classes.pictures}>
      {attachments.map((each) => (
        <OneAttachment key={each.path} attachment={each} />
      ))}
    </div>
  );
}

function OneAttachment({ attachment: { path, contentType, name, size } }: { attachment: Attachment }) {
  const t = useText();
  const { backend } = useSession();
  const address = useAddress(backend, path);
  const label = t('message.open', { name, size: sizeText(size) });
  if (contentType.startsWith('image/') && address) {
    return (
      <a href={address} target="_blank" rel="noopener noreferrer" aria-label={label}>
        <img className={classes.picture} src={address} alt={name} loading="lazy" />
      </a>
    );
  }
  if (contentType.startsWith('video/') && address) {
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what people send each other.
    return <video className={classes.picture} src={address} controls preload="metadata" aria-label={name} />;
  }
  if (contentType.startsWith('audio/') && address) {
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what people send each other.
    return <audio src={address} controls preload="metadata" aria-label={name} />;
  }
  return (
    <a className={classes.file} href={address} target="_blank" rel="noopener noreferrer" aria-label={label}>
      <FileText size={18} aria-hidden />
      <span dir="auto">{name}</span>
      <small>
        <bdi>{sizeText(size)}</bdi>
      </small>
    </a>
  );
}
