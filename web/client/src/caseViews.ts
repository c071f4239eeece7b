/** The fixed views of a service's inbox: their cases, and how many there are. */
import {
  type DocumentData,
  documentId,
  orderBy,
  type QueryConstraint,
  type QueryDocumentSnapshot,
  startAfter,
  where,
} from 'firebase/firestore';
import type { Chat, LastMessage, SavedView, Timestamp, UserChat } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import type { CaseState } from './inbox.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { paths, serviceMember } from './paths.js';
import { unreadOf } from './rows.js';
import { DocumentList } from './watching.js';

export type ViewName = NonNullable<SavedView['view']>;

/** A case in a view. What only an open case has is missing from others. */
export interface CaseItem {
  chatId: string;
  userId: string;
  state: CaseState;
  assigneeId?: string;
  lastMessage?: LastMessage;
  /** When something was said last, or since when the case is snoozed or closed: by this its view is sorted. */
  updatedAt: Timestamp;
  snoozedUntil?: Timestamp;
  unread: number;
  isUnread: boolean;
  isUnanswered: boolean;
  markedUnread?: boolean;
  pinned?: boolean;
}

/** What a view shows, and whose cases instead of one's own. */
export interface ViewSettings extends Paging {
  /** For the view `mine`: another of the staff. */
  assigneeId?: string;
  /** Begin after this case, so that a window over a long list listens to its own page alone. */
  after?: CaseItem;
}

const VIEWS: readonly ViewName[] = ['mine', 'unassigned', 'unread', 'unanswered', 'open', 'snoozed', 'closed', 'all'];

/** Where a view looks: an open case has a row in the dashboard's list, others have their chat alone. */
interface Place {
  path: string;
  conditions: QueryConstraint[];
  itemOf: (each: QueryDocumentSnapshot) => CaseItem;
}

export class CaseViews {
  private readonly rows: string;

  constructor(
    private readonly connection: Connection,
    private readonly serviceId: string,
  ) {
    this.rows = paths.rows(serviceMember(serviceId));
  }

  /**
   * List the cases of a view, those first that something was said in last; `snoozed`, `closed` and
   * `all` by when they came into their state. A case that only a campaign has written into is in none.
   */
  list(view: ViewName, { pageSize = PAGE_SIZE, assigneeId, after }: ViewSettings = {}): DocumentList<CaseItem> {
    const { path, conditions, itemOf } = this.place(view, assigneeId);
    // By the id as well: cases that were closed together have one time.
    const byTime = path === this.rows ? orderBy('updatedAt', 'desc') : orderBy('stateAt', 'desc');
    const order = [byTime, orderBy(documentId(), 'desc')];
    const begin = after ? [startAfter(after.updatedAt, after.chatId)] : [];
    return new DocumentList(this.connection, path, [...conditions, ...order, ...begin], pageSize, itemOf);
  }

  /** Count the cases of a view: a read for each 1,000, and at least one. */
  count(view: ViewName, { assigneeId }: Pick<ViewSettings, 'assigneeId'> = {}): Promise<number> {
    const { path, conditions } = this.place(view, assigneeId);
    const known = path === this.rows ? [] : [orderBy('stateAt', 'desc')];
    return this.connection.count(path, ...conditions, ...known);
  }

  /** Count the cases of all views: at least eight reads. */
  async counts(): Promise<Record<ViewName, number>> {
    const counted = await Promise.all(VIEWS.map(async (view) => [view, await this.count(view)] as const));
    return Object.fromEntries(counted) as Record<ViewName, number>;
  }

  private place(view: ViewName, assigneeId = this.connection.uid): Place {
    const ofService = [where('serviceId', '==', this.serviceId), where('kind', '==', 'case')];
    switch (view) {
      case 'snoozed':
      case 'closed':
        return { path: paths.chats, conditions: [...ofService, where('state', '==', view)], itemOf: itemOfChat };
      case 'all':
        return { path: paths.chats, conditions: ofService, itemOf: itemOfChat };
      default:
        return { path: this.rows, conditions: conditionsOf(view, assigneeId), itemOf: itemOfRow };
    }
  }
}

function conditionsOf(view: ViewName, assigneeId: string): QueryConstraint[] {
  switch (view) {
    case 'mine':
      return [where('assigneeId', '==', assigneeId)];
    case 'unassigned':
      return [where('assigneeId', '==', null)];
    case 'unread':
      return [where('isUnread', '==', true)];
    case 'unanswered':
      return [where('isUnanswered', '==', true)];
    default:
      return [where('kind', '==', 'case')];
  }
}

function itemOfRow(each: QueryDocumentSnapshot<DocumentData>): CaseItem {
  const row = each.data() as UserChat;
  const { assigneeId, lastMessage, updatedAt, isUnread = false, isUnanswered = false, markedUnread, pinned } = row;
  return {
    ...nameOf(each.id),
    state: 'open',
    ...(assigneeId && { assigneeId }),
    ...(lastMessage && { lastMessage }),
    updatedAt,
    unread: unreadOf(row),
    isUnread,
    isUnanswered,
    ...(markedUnread && { markedUnread }),
    ...(pinned && { pinned }),
  };
}

function itemOfChat(each: QueryDocumentSnapshot<DocumentData>): CaseItem {
  const { state = 'open', assigneeId, lastMessage, stateAt, createdAt, snoozedUntil } = each.data() as Chat;
  return {
    ...nameOf(each.id),
    state,
    ...(assigneeId && { assigneeId }),
    ...(lastMessage && { lastMessage }),
    updatedAt: stateAt ?? createdAt,
    ...(snoozedUntil && { snoozedUntil }),
    unread: 0,
    isUnread: false,
    isUnanswered: false,
  };
}

function nameOf(chatId: string): Pick<CaseItem, 'chatId' | 'userId'> {
  return { chatId, userId: chatId.split(':')[0] ?? '' };
}
