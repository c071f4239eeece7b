/** What a service keeps, the newest first: the changes that were made to it, and the SMS that stand in no chat. */
import { documentId, orderBy, type QueryConstraint, startAfter, where } from 'firebase/firestore';
import type { AuditEntry, ReceivedSms, ReceivedSmsState, Timestamp } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { paths } from './paths.js';
import { DocumentList } from './watching.js';

export interface ListedChange extends AuditEntry {
  entryId: string;
}

export interface ListedSms extends ReceivedSms {
  smsId: string;
}

/** Which changes of a service. Those that are given must all hold. */
export interface ChangesAsked extends Paging {
  /** The uid of who made them; `system` for Parley itself. */
  by?: string;
  /** What was done, such as `userUpdated`. */
  action?: string;
  /** The id of the changed person or report. */
  target?: string;
  /** Begin after this one, so that a window over a long list listens to its own page alone. */
  after?: ListedChange;
}

/** Which SMS, all if nothing is said. */
export interface SmsAsked extends Paging {
  state?: ReceivedSmsState;
  /** Begin after this one. */
  after?: ListedSms;
}

export class ServiceRecords {
  constructor(
    private readonly connection: Connection,
    private readonly serviceId: string,
  ) {}

  changes({ by, action, target, after, pageSize = PAGE_SIZE }: ChangesAsked): DocumentList<ListedChange> {
    const asked = [
      ...(by === undefined ? [] : [where('by', '==', by)]),
      ...(action === undefined ? [] : [where('action', '==', action)]),
      ...(target === undefined ? [] : [where('target', '==', target)]),
      ...newestFirst(after?.at, after?.entryId),
    ];
    return new DocumentList(this.connection, paths.serviceAudit(this.serviceId), asked, pageSize, (each) => ({
      ...(each.data() as AuditEntry),
      entryId: each.id,
    }));
  }

  receivedSms({ state, after, pageSize = PAGE_SIZE }: SmsAsked): DocumentList<ListedSms> {
    const asked = [
      ...(state === undefined ? [] : [where('state', '==', state)]),
      ...newestFirst(after?.at, after?.smsId),
    ];
    return new DocumentList(this.connection, paths.inboundSms(this.serviceId), asked, pageSize, (each) => ({
      ...(each.data() as ReceivedSms),
      smsId: each.id,
    }));
  }
}

/** By the id as well: what one commit wrote has one time. */
function newestFirst(at: Timestamp | undefined, id: string | undefined): QueryConstraint[] {
  const order = [orderBy('at', 'desc'), orderBy(documentId(), 'desc')];
  return at === undefined || id === undefined ? order : [...order, startAfter(at, id)];
}
