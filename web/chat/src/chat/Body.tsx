import { Anchor, Mark } from '@mantine/core';
import type { ShownMessage } from 'parley-client';
import { Fragment, type ReactNode } from 'react';
import classes from './Message.module.css';
import { useOpenChat } from './open.js';
import { partsOf } from './parts.js';

/** What was written: its links, who is mentioned, and what is searched for. Nothing in it is HTML. */
export function Body({ message: { body, mentions = [] } }: { message: ShownMessage }) {
  const { names, searched } = useOpenChat();
  if (body === undefined) return null;
  const parts = partsOf(body, mentions.map(names), searched);
  return (
    <p className={classes.body} dir="auto">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order.
        <Fragment key={index}>{shown(part)}</Fragment>
      ))}
    </p>
  );
}

function shown({ kind, text }: ReturnType<typeof partsOf>[number]): ReactNode {
  switch (kind) {
    case 'link':
      return (
        <Anchor href={text} target="_blank" rel="noopener noreferrer nofollow" inherit underline="always" c="inherit">
          {text}
        </Anchor>
      );
    case 'mention':
      return <strong className={classes.mention}>{text}</strong>;
    case 'match':
      return <Mark>{text}</Mark>;
    default:
      return text;
  }
}
