/** The forms of the calls about campaigns; see `callableForms`. */
import type { RecipientState } from '../../../schema/exported/parley.js';
import type { Calls } from './calls.js';
import { wrongField } from './errors.js';
import { type Form, isObject, nullable, object, oneOf, optional, text, texts, wholeNumber } from './forms.js';
import { LIMITS } from './limits.js';
import { campaignId, drawnId, serviceId, uid } from './valueForms.js';

type Asked<Name extends keyof Calls> = Calls[Name]['asked'];

/** The server names what is wrong within it. */
const job: Form = (value, { name }) => (isObject(value) ? [] : [wrongField(name, 'must be an object', value)]);
const cursor = nullable(text(2_000, [], 0));

const recipientStates = oneOf<RecipientState>({
  planned: true,
  held: true,
  sending: true,
  sent: true,
  delivered: true,
  read: true,
  replied: true,
  failed: true,
  unknown: true,
  skipped: true,
});

export const previewCampaign = object<Asked<'previewCampaign'>>({
  job,
  userIds: nullable(texts(uid, 3)),
  sampleCount: optional(wholeNumber(1, 10)),
});

export const explainRecipient = object<Asked<'explainRecipient'>>({ campaignId, userId: uid });

export const exportCampaign = object<Asked<'exportCampaign'>>({ campaignId, state: nullable(recipientStates), cursor });

export const retryFailed = object<Asked<'retryFailed'>>({ campaignId });

export const sendTest = object<Asked<'sendTest'>>({
  job,
  userIds: texts(uid, LIMITS.TEST_PEOPLE, 1),
  testId: drawnId,
});

export const campaignsOf = object<Asked<'campaignsOf'>>({ serviceId, userId: uid, cursor });
