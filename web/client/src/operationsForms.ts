/** The requests of those who run the project. */
import type { QueueName } from '../../../schema/exported/parley.js';
import type { Calls } from './calls.js';
import { type WrongField, wrongField } from './errors.js';
import { flag, nullable, object, oneOf, optional, text, texts } from './forms.js';
import { LIMITS } from './limits.js';
import { letterId } from './valueForms.js';

type Asked<Name extends keyof Calls> = Calls[Name]['asked'];

const queueNames = oneOf<QueueName>({
  'campaign-queue': true,
  'campaign-batches': true,
  'campaign-message-queue': true,
  'mass-message-queue': true,
  'message-queue': true,
  'non-chat-sms-queue': true,
  'email-notifications': true,
  'bulk-queue': true,
});

function namesLettersOrQueue({ ids, queue }: Asked<'redriveDeadLetters'>): WrongField[] {
  const isNamed = queue !== undefined && queue !== null;
  if (isNamed === (ids !== undefined && ids !== null))
    return [wrongField('queue', 'must name either ids or a queue', queue)];
  return [];
}

export const redriveDeadLetters = object<Asked<'redriveDeadLetters'>>(
  { ids: nullable(texts(letterId, LIMITS.LETTERS_AT_ONCE, 1)), queue: nullable(queueNames) },
  namesLettersOrQueue,
);

export const reconcile = object<Asked<'reconcile'>>({ repair: optional(flag), cursor: nullable(text(2_000, [], 0)) });
