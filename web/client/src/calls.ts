/** The callables, by their names: what each is asked, and what it answers. */
import type {
  Chat,
  Member,
  PushSettings,
  ReportReason,
  ReportResolution,
  SendingWindow,
  Service,
} from '../../../schema/exported/parley.js';

/** `created` is false if it was there before: opening is the same however often it is done. */
export interface Opened {
  chatId: string;
  created: boolean;
}

export interface NewGroup {
  title: string;
  /** The others; up to 450 in one call. */
  userIds: string[];
  topic?: string;
  /** Whoever creates a group of the same unique name finds the same group. */
  uniqueName?: string;
  attributes?: Record<string, unknown>;
}

/** What a chat is called and about. An empty topic or map takes it away. */
export type ChatChanges = Partial<Pick<Chat, 'title' | 'topic' | 'attributes'>>;

/** A service's settings; null takes one away. */
export interface ServiceChanges {
  name?: Service['name'];
  webhook?: string | null;
  window?: SendingWindow | null;
  retentionDays?: number | null;
  smsSender?: string | null;
  /** How pushes sound, set as a whole; `sound: null` is none. */
  push?: PushSettings | null;
}

/** What a service knows of one of its people; what is named replaces what is there. */
export interface PersonChanges {
  attributes?: Record<string, unknown>;
  tags?: string[];
}

/** `created` is false if one had reported this message before. */
export interface Reported {
  reportId: string;
  created: boolean;
}

/** A CSV file as a text of up to 256 KiB, or by its path under `imports/{serviceId}/` in Storage. */
export interface PeopleFile {
  csv?: string;
  path?: string;
  /** The field of a column, by its title; an empty one leaves the column out. */
  mapping?: Record<string, string>;
  /** Check and count, and write nothing. */
  dryRun?: boolean;
  /** Also put them on this distribution list. */
  listId?: string;
}

/** What became of the lines; `rows` is the sum of the next five. Up to 100 errors are told. */
export interface ImportedPeople {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  failed: number;
  errors: { line: number; column: string | null; value: string | null; message: string }[];
  errorCount: number;
}

interface InChat {
  chatId: string;
}

interface Call<Asked, Answered = unknown> {
  asked: Asked;
  answered: Answered;
}

export interface Calls {
  openDirectChat: Call<{ userId: string }, Opened>;
  openCaseChat: Call<{ serviceId: string; userId?: string }, Opened>;
  createGroupChat: Call<NewGroup, Opened>;
  addMembers: Call<InChat & { userIds: string[] }>;
  removeMember: Call<InChat & { userId: string }>;
  setRole: Call<InChat & { userId: string; role: Member['role'] }>;
  updateChat: Call<InChat & ChatChanges>;
  leaveChat: Call<InChat>;
  /** The time goes as ISO 8601. */
  updateCase: Call<
    InChat & { state?: NonNullable<Chat['state']>; snoozedUntil?: Date | undefined; assigneeId?: string | null }
  >;
  updateServiceUser: Call<{ serviceId: string; userId: string } & PersonChanges>;
  importPeople: Call<{ serviceId: string } & PeopleFile, ImportedPeople>;
  updateService: Call<{ serviceId: string } & ServiceChanges>;
  reportMessage: Call<InChat & { messageId: string; reason: ReportReason; comment?: string | undefined }, Reported>;
  resolveReport: Call<{ reportId: string; resolution: ReportResolution; note?: string | undefined }>;
}

/** What each does, for people. */
export const CALLED: Record<keyof Calls, string> = {
  openDirectChat: 'open a direct chat',
  openCaseChat: 'open a case',
  createGroupChat: 'create a group',
  addMembers: 'add members',
  removeMember: 'remove a member',
  setRole: 'give a role',
  updateChat: 'change the chat',
  leaveChat: 'leave the chat',
  updateCase: 'change the case',
  updateServiceUser: 'change what is known of a person',
  importPeople: 'import people',
  updateService: 'change the service',
  reportMessage: 'report a message',
  resolveReport: 'decide on a report',
};
