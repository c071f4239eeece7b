/**
 * Check a draft as the rules will. They refuse without a reason, so a wrong draft would be reported
 * with another one. Pure.
 */
import type { Message } from '../../../schema/exported/parley.js';
import { type WrongField, wrongField } from './errors.js';
import { object, optional } from './forms.js';
import { attachments, body, mentions, messageAttributes, replyTo } from './valueForms.js';

/** A message to send. It needs `body` or `attachments`; `attributes` is JSON in a string. */
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

/** A body must show something, with attachments too. Without a body there must be attachments. */
function holdsSomething({ body: said, attachments: attached = [] }: Draft): WrongField[] {
  const isEmpty = said === undefined && attached.length === 0;
  return isEmpty ? [wrongField('body', 'must be there, since nothing is attached', said)] : [];
}
