/** The forms of a service's settings for its channels, as in `schema/channel_settings.py` and `schema/services.py`. */
import type {
  Budgets,
  EmailSettings,
  FrequencyCap,
  ServiceLimits,
  SmsSettings,
} from '../../../schema/exported/parley.js';
import { wrongField } from './errors.js';
import { type Form, nullable, object, oneOf, text, texts, textThat, wholeNumber } from './forms.js';
import { LIMITS } from './limits.js';

const MOST_DOLLARS = 1_000_000;
const MOST_A_SECOND = 10_000;

const smsFrom = textThat(
  (value) => /^(?:\+[1-9][0-9]{1,14}|[1-9][0-9]{2,7}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/.test(value),
  'a sender of SMS',
  'a number in E.164, a short code, or a name of up to 11 letters and digits',
);
const messagingServiceSid = textThat(
  (value) => /^MG[0-9a-f]{32}$/.test(value),
  "a messaging service's SID",
  'MG and 32 hex digits',
);
const country = textThat((value) => /^[A-Z]{2}$/.test(value), "a country's ISO 3166 code", 'such as DE');
const emailSender = text(LIMITS.EMAIL, [
  { isMet: (value) => /^[^\r\n]+$/.test(value) && value.length >= 3, message: 'must be one line of 3 or more' },
]);

/** A number above 0, up to `most`. */
function positive(most: number): Form {
  return (value, { name }) => {
    const isFit = typeof value === 'number' && value > 0 && value <= most;
    return isFit ? [] : [wrongField(name, 'must be a number', value, `above 0, up to ${most}`)];
  };
}

/** How a service sends SMS; by one sender. */
export const smsSettings = object<SmsSettings>(
  {
    messagingServiceSid: nullable(messagingServiceSid),
    from: nullable(smsFrom),
    countries: nullable(texts(country, 300, 1)),
    maxPerPersonPerDay: nullable(wholeNumber(1, 1_000)),
    maxPerPrefixPerHour: nullable(wholeNumber(1, 1_000_000)),
    dailySpendCap: nullable(positive(MOST_DOLLARS)),
    segmentsPerSecond: nullable(positive(MOST_A_SECOND)),
    unknownNumbers: nullable(oneOf<NonNullable<SmsSettings['unknownNumbers']>>({ create: true, keep: true })),
  },
  ({ messagingServiceSid: service, from }, { name }) =>
    service && from ? [wrongField(name, 'must name either messagingServiceSid or from, not both', from)] : [],
);

export const emailSettings = object<EmailSettings>({
  senders: texts(emailSender, 20, 1),
  digestAfterMinutes: nullable(wholeNumber(1, 10_080)),
});

export const frequencyCap = object<FrequencyCap>({
  count: wholeNumber(1, LIMITS.FREQUENCY_CAP),
  days: wholeNumber(1, LIMITS.FREQUENCY_CAP_DAYS),
  purpose: nullable(oneOf<NonNullable<FrequencyCap['purpose']>>({ marketing: true, transactional: true })),
});

export const serviceLimits = object<ServiceLimits>({
  postsPerSecond: nullable(wholeNumber(1, LIMITS.CHOSEN_POSTS_PER_SECOND)),
  postsPerMinute: nullable(wholeNumber(1, LIMITS.CHOSEN_POSTS_PER_MINUTE)),
  slowModeSeconds: nullable(wholeNumber(0, LIMITS.SLOW_MODE_SECONDS)),
});

export const budgets = object<Budgets>({
  chat: nullable(wholeNumber(1, LIMITS.THROTTLE_PER_MINUTE)),
  sms: nullable(wholeNumber(1, LIMITS.THROTTLE_PER_MINUTE)),
});
