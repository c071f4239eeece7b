/** What a report says of the message and the people in it. Pure. */
import type { ListedReport, Message, MessageVersion } from 'parley-client';

/** The people whose names a list of reports shows; a dashboard and the system have none. */
export function peopleOf(reports: readonly ListedReport[]): string[] {
  const uids = reports.flatMap(({ senderId, reporterId }) => [senderId, reporterId]);
  return [...new Set(uids)].filter(isPerson);
}

export function isPerson(memberId: string): boolean {
  return memberId !== 'system' && !memberId.includes(':');
}

export interface Said {
  text: string | undefined;
  /** The names of what was attached. */
  files: string[];
}

/** What a message, or an earlier version of one, showed. */
export function saidIn({ body, attachments = [] }: Pick<Message | MessageVersion, 'body' | 'attachments'>): Said {
  const names = attachments.map((each) => (each as { name?: unknown }).name);
  return { text: body, files: names.filter((name) => typeof name === 'string') };
}

/** The case that staff of the service can open, if it was said in one. */
export function caseOf({ chatId, serviceId }: Pick<ListedReport, 'chatId' | 'serviceId'>): string | undefined {
  return chatId.endsWith(`:service:${serviceId}`) ? chatId : undefined;
}
