/** A service's dashboard, for its staff. */
import { limit, orderBy, where } from 'firebase/firestore';
import type {
  AuditEntry,
  Chat,
  Report,
  ReportResolution,
  Service,
  ServiceUser,
  Staff,
} from '../../../schema/exported/parley.js';
import { DASHBOARD } from './callForms.js';
import type { ImportedPeople, Opened, PeopleFile, PersonChanges, ServiceChanges } from './calls.js';
import { ChatList } from './chatList.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import type { OwnHorizons } from './horizons.js';
import type { Live } from './live.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { paths, serviceMember } from './paths.js';
import { ChatSession } from './session.js';
import { DocumentList, watchById, watchOne } from './watching.js';

export type CaseState = NonNullable<Chat['state']>;

export interface ListedCase extends Chat {
  chatId: string;
}

export interface ListedReport extends Report {
  reportId: string;
}

/** How staff change a case. */
export interface CaseChanges {
  state?: CaseState;
  /** With the state `snoozed`, and only then. */
  snoozedUntil?: Date;
  /** A staff member's uid; null is nobody. */
  assigneeId?: string | null;
}

/** `owner`, `admin` and `agent` answer; a `viewer` reads. */
export class Dashboard {
  constructor(
    private readonly connection: Connection,
    private readonly horizons: OwnHorizons,
    private readonly serviceId: string,
  ) {
    checkCalls<Dashboard>(this, DASHBOARD);
  }

  /** The open cases, by what was said last. */
  openCases({ pageSize = PAGE_SIZE }: Paging = {}): ChatList {
    return new ChatList(this.connection, this.horizons, serviceMember(this.serviceId), pageSize);
  }

  /** Cases of one state, also those that the list of open ones does not have; in the order of their ids. */
  cases(state: CaseState, { pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedCase> {
    const asked = [where('serviceId', '==', this.serviceId), where('kind', '==', 'case'), where('state', '==', state)];
    return new DocumentList(this.connection, paths.chats, asked, pageSize, (each) => ({
      ...(each.data() as Chat),
      chatId: each.id,
    }));
  }

  /** Read and answer a case as the service; the first answer opens it and makes the service a member. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: serviceMember(this.serviceId), staffId: this.connection.uid };
    return new ChatSession(this.connection, this.horizons, chatId, speaker, pageSize);
  }

  /** The case with one of the service's people. */
  open(userId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId: this.serviceId, userId });
  }

  /** Done: it leaves the list of open cases until somebody writes. */
  close(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'closed' });
  }

  reopen(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'open' });
  }

  /** Out of the list until then, or until somebody writes. */
  snooze(chatId: string, until: Date): Promise<void> {
    return this.update(chatId, { state: 'snoozed', snoozedUntil: until });
  }

  /** To somebody of the staff; null is nobody. */
  assign(chatId: string, staffUid: string | null): Promise<void> {
    return this.update(chatId, { assigneeId: staffUid });
  }

  /** Several of these at once. */
  async update(chatId: string, changes: CaseChanges): Promise<void> {
    await this.connection.call('updateCase', { ...changes, chatId });
  }

  /** Who changed a chat, and what, the newest first. */
  audit(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): Live<Map<string, AuditEntry>> {
    return watchById<AuditEntry>(this.connection, paths.audit(chatId), orderBy('at', 'desc'), limit(pageSize));
  }

  /** What members have reported and nobody has decided on, the newest first. */
  reports({ pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedReport> {
    const asked = [
      where('serviceId', '==', this.serviceId),
      where('state', '==', 'open'),
      orderBy('createdAt', 'desc'),
    ];
    return new DocumentList(this.connection, paths.reports, asked, pageSize, (each) => ({
      ...(each.data() as Report),
      reportId: each.id,
    }));
  }

  /** Decide on a report; a later decision takes the place of an earlier one. */
  async resolve(reportId: string, resolution: ReportResolution, note?: string): Promise<void> {
    await this.connection.call('resolveReport', { reportId, resolution, note });
  }

  /** The service itself: its name and settings. */
  details(): Live<Service | null> {
    return watchOne<Service>(this.connection, paths.service(this.serviceId));
  }

  /** Who works here, by their uids: whom a case can be assigned to. */
  staff(): Live<Map<string, Staff>> {
    return watchById<Staff>(this.connection, paths.staff(this.serviceId));
  }

  /** Whom the service knows, in the order of their uids. */
  people({ pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ServiceUser> {
    return new DocumentList(
      this.connection,
      paths.serviceUsers(this.serviceId),
      [],
      pageSize,
      (each) => each.data() as ServiceUser,
    );
  }

  /** What the service knows of one of its people. */
  async updatePerson(userId: string, changes: PersonChanges): Promise<void> {
    await this.connection.call('updateServiceUser', { ...changes, serviceId: this.serviceId, userId });
  }

  /** Bring people into the service from a CSV file, by its owners and admins. */
  async importPeople(file: PeopleFile): Promise<ImportedPeople> {
    return this.connection.call('importPeople', { ...file, serviceId: this.serviceId });
  }

  /** The service's settings, by its owner. */
  async updateService(changes: ServiceChanges): Promise<void> {
    await this.connection.call('updateService', { ...changes, serviceId: this.serviceId });
  }
}
