/** The forms of which cases a bulk job changes; see `callableForms`. */
import type { Chat } from '../../../schema/exported/parley.js';
import { wrongField } from './errors.js';
import { type Form, isObject, nullable, object, oneOf, texts } from './forms.js';
import { LIMITS } from './limits.js';
import { chatId, uid, viewNames } from './valueForms.js';

export const states = oneOf<NonNullable<Chat['state']>>({ open: true, closed: true, snoozed: true });

/** The server names what is wrong within it. */
export const filter: Form = (value, { name }) =>
  isObject(value) ? [] : [wrongField(name, 'must be a filter, an object', value)];

interface Selected {
  view?: unknown;
  assigneeId?: unknown;
  where?: unknown;
  state?: unknown;
  chatIds?: unknown;
}

const SELECTIONS = ['view', 'where', 'chatIds'] as const;

export const casesToChange = object<Selected>(
  {
    view: nullable(viewNames),
    assigneeId: nullable(uid),
    where: nullable(filter),
    state: nullable(states),
    chatIds: nullable(texts(chatId, LIMITS.BULK_NAMED, 1)),
  },
  (value, { name }) => {
    const named = SELECTIONS.filter((each) => value[each] !== undefined && value[each] !== null);
    if (named.length !== 1) return [wrongField(name, 'must name one selection', named, SELECTIONS.join(', '))];
    if (value.state && !value.where) return [wrongField('state', 'goes with where', value.state)];
    return value.assigneeId && value.view !== 'mine'
      ? [wrongField('assigneeId', 'goes with the view mine', value.assigneeId)]
      : [];
  },
);
