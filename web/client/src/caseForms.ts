/** The forms of which cases a search finds and a bulk job changes; see `callableForms`. */
import type { Chat } from '../../../schema/exported/parley.js';
import type { Calls } from './calls.js';
import { type WrongField, wrongField } from './errors.js';
import { type Form, isObject, nullable, object, oneOf, texts } from './forms.js';
import { LIMITS } from './limits.js';
import { chatId, serviceId, uid, viewNames } from './valueForms.js';

export const states = oneOf<NonNullable<Chat['state']>>({ open: true, closed: true, snoozed: true });

/** The server names what is wrong within it. */
const filter: Form = (value, { name }) =>
  isObject(value) ? [] : [wrongField(name, 'must be a filter, an object', value)];

interface Selected {
  view?: unknown;
  assigneeId?: unknown;
  where?: unknown;
  state?: unknown;
  chatIds?: unknown;
  exceptChatIds?: unknown;
}

const SELECTIONS = ['view or where', 'chatIds'];
const namedCases = texts(chatId, LIMITS.BULK_NAMED, 1);

function isOneView({ view, assigneeId, state }: Pick<Selected, 'view' | 'assigneeId' | 'state'>): WrongField[] {
  if (state && view) return [wrongField('state', 'goes without a view, which names a state', state)];
  return assigneeId && view !== 'mine' ? [wrongField('assigneeId', 'goes with the view mine', assigneeId)] : [];
}

export const findCases = object<Calls['findCases']['asked']>(
  {
    serviceId,
    where: filter,
    view: nullable(viewNames),
    assigneeId: nullable(uid),
    state: nullable(states),
    cursor: nullable(uid),
  },
  isOneView,
);

export const casesToChange = object<Selected>(
  {
    view: nullable(viewNames),
    assigneeId: nullable(uid),
    where: nullable(filter),
    state: nullable(states),
    chatIds: nullable(namedCases),
    exceptChatIds: nullable(namedCases),
  },
  (value, { name }) => {
    const matching = value.view ?? value.where;
    const named = [matching, value.chatIds].filter(Boolean);
    if (named.length !== 1) return [wrongField(name, 'must name one selection', named, SELECTIONS.join(', '))];
    if (value.state && !value.where) return [wrongField('state', 'goes with where', value.state)];
    if (value.exceptChatIds && !matching) {
      return [wrongField('exceptChatIds', 'goes with view or where', value.exceptChatIds)];
    }
    return isOneView(value);
  },
);
