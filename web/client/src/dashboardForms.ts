/** The forms of the arguments of what staff write for one another; see `callForms`. */
import type { ReceivedSmsState, Staff } from '../../../schema/exported/parley.js';
import { ACTS, type Act } from './acts.js';
import type { ViewSettings } from './caseViews.js';
import { type Argument, BY_CALLABLE, type FormsOf } from './checking.js';
import type { Desk } from './desk.js';
import { wrongField } from './errors.js';
import { type Form, holding, isObject, object, oneOf, optional, text, texts, textThat, timestamp } from './forms.js';
import type { Health, LettersAsked } from './health.js';
import { LIMITS } from './limits.js';
import type { Live } from './live.js';
import type { ListedNote, Notes } from './notes.js';
import type { ChangesAsked, SmsAsked } from './serviceRecords.js';
import type {
  CampaignDrafts,
  CannedAnswers,
  NewCampaignDraft,
  NewCannedAnswer,
  NewSavedView,
  SavedViews,
} from './shelf.js';
import * as values from './valueForms.js';
import type { DocumentList } from './watching.js';

const given = (name: string, form: Form): Argument => ({ name, form });
const asking = <Asked extends Argument[]>(act: Act, ...asked: Asked) => ({ act: ACTS[act], asked });
const throwing = <Asked extends Argument[]>(act: Act, ...asked: Asked) =>
  ({ act: ACTS[act], asked, throws: true }) as const;

const anId = given('id', values.drawnId);
const ofNote = given('noteId', values.drawnId);
const noted = given('body', values.note);
const mentioned = given('mentions', optional(values.mentions));

export const NOTES: FormsOf<Notes, keyof DocumentList<ListedNote>> = {
  add: asking('note', noted, mentioned),
  edit: asking('note', ofNote, noted, mentioned),
  remove: asking('note', ofNote),
};

export const DESK: FormsOf<Desk, keyof Live<unknown>> = {
  write: throwing('desk', given('draft', text(LIMITS.CHAT_BODY, [], 0)), given('messageId', optional(values.drawnId))),
  hold: throwing('desk', given('messageId', values.drawnId), given('body', text(LIMITS.CHAT_BODY, [], 0))),
  settle: throwing('desk', given('messageId', values.drawnId)),
};

const shortcut = textThat((value) => /^[a-z0-9-]{1,32}$/.test(value), 'a shortcut', '1 to 32 of a-z, 0-9 and -');
const roles = oneOf<Staff['role']>({ owner: true, admin: true, agent: true, viewer: true });
/** What the server reads: a FILTER, or a job that is not complete. */
export const anObject: Form = (value, { name }) =>
  isObject(value) ? [] : [wrongField(name, 'must be an object', value)];

const inView = given('view', values.viewNames);
/** What a list told, and no more is looked at than its place. */
const item: Form = holding({ updatedAt: timestamp });

export const VIEWS = {
  view: throwing(
    'list',
    inView,
    given(
      'settings',
      optional(
        object<ViewSettings>({
          pageSize: optional(values.pageSize),
          assigneeId: optional(values.uid),
          after: optional(item),
        }),
      ),
    ),
  ),
  count: asking(
    'count',
    inView,
    given('settings', optional(object<{ assigneeId?: string }>({ assigneeId: optional(values.uid) }))),
  ),
};

/** What a list of records told; no more is looked at than its place. */
const record: Form = holding({ at: timestamp });

export const RECORDS = {
  changes: throwing(
    'list',
    given(
      'asked',
      optional(
        object<ChangesAsked>({
          by: optional(values.senderId),
          action: optional(text(64)),
          target: optional(text(128)),
          after: optional(record),
          pageSize: optional(values.pageSize),
        }),
      ),
    ),
  ),
  receivedSms: throwing(
    'list',
    given(
      'asked',
      optional(
        object<SmsAsked>({
          state: optional(oneOf<ReceivedSmsState>({ optedOut: true, optedIn: true, kept: true, muted: true })),
          after: optional(record),
          pageSize: optional(values.pageSize),
        }),
      ),
    ),
  ),
};

export const CANNED_ANSWERS: FormsOf<CannedAnswers, keyof Live<unknown>> = {
  save: asking(
    'keepAnswer',
    given(
      'answer',
      object<NewCannedAnswer>({
        id: optional(values.drawnId),
        shortcut,
        name: values.displayName,
        body: values.body,
      }),
    ),
  ),
  remove: asking('keepAnswer', anId),
};

export const SAVED_VIEWS: FormsOf<SavedViews, keyof Live<unknown>> = {
  save: asking(
    'keepView',
    given(
      'view',
      object<NewSavedView>({
        id: optional(values.drawnId),
        name: values.displayName,
        sharedWith: optional(texts(roles, 4)),
        view: optional(values.viewNames),
        assigneeId: optional(values.uid),
        where: optional(anObject),
      }),
    ),
  ),
  remove: asking('keepView', anId),
};

export const CAMPAIGN_DRAFTS: FormsOf<CampaignDrafts, keyof Live<unknown>> = {
  save: asking(
    'keepDraft',
    given(
      'draft',
      object<NewCampaignDraft>({
        id: optional(values.drawnId),
        name: values.displayName,
        job: anObject,
        step: optional(text(LIMITS.DRAFT_STEP)),
      }),
    ),
  ),
  remove: asking('keepDraft', anId),
};

export const HEALTH: FormsOf<Health> = {
  deadLetters: throwing(
    'list',
    given(
      'asked',
      optional(
        object<LettersAsked>({
          queue: optional(text(64)),
          serviceId: optional(values.serviceId),
          pageSize: optional(values.pageSize),
        }),
      ),
    ),
  ),
  redrive: BY_CALLABLE,
  reconcile: BY_CALLABLE,
};
