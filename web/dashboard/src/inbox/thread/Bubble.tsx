import { Badge } from '@mantine/core';
import { Megaphone } from 'lucide-react';
import type { ChatSession, ShownMessage } from 'parley-client';
import { useTimes } from 'parley-screen/times.js';
import { memo } from 'react';
import { lineOf } from '../../commands/useLines.js';
import { useSession } from '../../session/session.js';
import type { Answers } from '../composer/answers.js';
import { type Person, useSpeakerName } from '../staff.js';
import { useText } from '../texts.js';
import { Attachments } from './Attachments.js';
import classes from './Bubble.module.css';
import { BubbleEditor } from './BubbleEditor.js';
import { BubbleMenu } from './BubbleMenu.js';
import { LinkedText } from './LinkedText.js';
import { Quote } from './Quote.js';
import { Reactions } from './Reactions.js';
import { Refused } from './Refused.js';
import type { Reach } from './reach.js';
import { SmsMark, ViaMark } from './SmsMark.js';
import { Standing } from './Standing.js';

interface Props {
  session: ChatSession;
  answers: Answers;
  message: ShownMessage;
  /** How far an answer has come. */
  reach: Reach | undefined;
  person: Person;
  /** Whether it stands below another of the same sender. */
  goesOn: boolean;
  /** When it was said, in words that change with the day. */
  time: string | undefined;
  /** Reply to it. */
  onQuote(message: ShownMessage): void;
  isEditing: boolean;
  /** Show the field that changes a message, or none. */
  onEdit(id: string | undefined): void;
}

/** Drawn anew only when what it shows has changed: a thread has hundreds. */
export const Bubble = memo(function Bubble(props: Props) {
  const { session, answers, message, reach, person, goesOn, time, onQuote, isEditing, onEdit } = props;
  const t = useText();
  const times = useTimes();
  const { uid } = useSession();
  const speakerName = useSpeakerName(person);
  const { senderId, staffId, campaignId, via, smsJobId, body, attachments, replyTo, createdAt, editedAt, deletedAt } =
    message;
  const isOurs = senderId !== person.userId;
  const isOwn = isOurs && staffId === uid;
  const isSent = message.state === 'sent';

  return (
    <article
      {...lineOf(message.id)}
      className={classes.line}
      data-message={message.id}
      data-ours={isOurs || undefined}
      data-goes-on={goesOn || undefined}
    >
      {!goesOn && (
        <header className={classes.sender}>
          <span dir="auto">{speakerName(message)}</span>
          {campaignId !== undefined && (
            <Badge size="xs" variant="light" color="grape" leftSection={<Megaphone size={10} />}>
              {t('thread.campaign')}
            </Badge>
          )}
          {via !== undefined && <ViaMark via={via} />}
        </header>
      )}
      <div className={classes.beside}>
        <div
          className={classes.bubble}
          data-state={message.state}
          data-campaign={campaignId !== undefined || undefined}
        >
          {replyTo !== undefined && <Quote session={session} messageId={replyTo} person={person} />}
          {deletedAt ? (
            <em className={classes.deleted}>{t('thread.deleted')}</em>
          ) : isEditing ? (
            <BubbleEditor
              label={t('thread.edit')}
              body={body ?? ''}
              save={(text) => session.posting.edit(message.id, text)}
              onDone={() => onEdit(undefined)}
            />
          ) : (
            body !== undefined && <LinkedText text={body} />
          )}
          {attachments && <Attachments attachments={attachments} />}
          {createdAt && (
            <footer className={classes.foot}>
              {editedAt && !deletedAt && <span>{t('thread.edited')}</span>}
              <time title={times.full(createdAt)}>{time}</time>
              {reach && <Standing reach={reach} name={person.name} />}
            </footer>
          )}
        </div>
        {isSent && !deletedAt && (
          <BubbleMenu
            session={session}
            message={message}
            isOwn={isOwn}
            onEdit={() => onEdit(message.id)}
            onQuote={() => onQuote(message)}
          />
        )}
      </div>
      {isSent && <Reactions session={session} messageId={message.id} />}
      {smsJobId !== undefined && !deletedAt && <SmsMark jobId={smsJobId} />}
      {message.state === 'refused' && <Refused answers={answers} message={message} />}
      {message.state === 'sending' && <p className={classes.sending}>{t('thread.sending')}</p>}
    </article>
  );
});
