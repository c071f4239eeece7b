/**
 * What is about to be said, checked as the rules will check it, since they say no and no more: a
 * draft past the types would be told as refused for another reason. Pure.
 */
import type { Message } from '../../../schema/exported/parley.js';
import { type WrongField, wrongField } from './errors.js';
import { object, optional } from './forms.js';
import { attachments, body, mentions, messageAttributes, replyTo } from './valueForms.js';

/** What somebody is about to say. One of `body` and `attachments` is there; `attributes` is JSON in a string. */
export type Draft = Partial<Pick<Message, 'body' | 'attachments' | 'replyTo' | 'mentions' | 'attributes'>>;

export const draft = object<Draft>(
  {
    body: optional(body),
    attachments: optional(attachments),
    replyTo: optional(replyTo),
    mentions: optional(mentions),
    attributes: optional(messageAttributes),
  },
  holdsSomething,
);

/** A text that is there says something, also beside attachments; without one there are attachments. */
function holdsSomething({ body: said, attachments: attached = [] }: Draft): WrongField[] {
  const isEmpty = said === undefined && attached.length === 0;
  return isEmpty ? [wrongField('body', 'must be there, since nothing is attached', said)] : [];
}
