/** The sections of the settings, in their order. */
export const SECTIONS = ['service', 'staff', 'cannedAnswers', 'sending', 'sms', 'limits'] as const;
export type Section = (typeof SECTIONS)[number];
