/** A service's dashboard, for its staff. */
import { limit, orderBy, serverTimestamp, where } from 'firebase/firestore';
import type {
  AuditEntry,
  ConsentChange,
  Report,
  ReportResolution,
  Service,
  ServiceUser,
  Staff,
  Timestamp,
} from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { DASHBOARD } from './callForms.js';
import type {
  ConsentAnswer,
  DeviceOfPerson,
  ImportedPeople,
  PeopleFile,
  PersonChanges,
  ServiceChanges,
} from './calls.js';
import { Campaigns } from './campaigns.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import type { OwnHorizons } from './horizons.js';
import type { Live } from './live.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { newId, paths } from './paths.js';
import { findPeople } from './peopleSearch.js';
import {
  type ChangesAsked,
  type ListedChange,
  type ListedSms,
  ServiceRecords,
  type SmsAsked,
} from './serviceRecords.js';
import { DocumentList, watchById, watchOne } from './watching.js';

/** Of the whole project; without `until` it is for good. */
export interface Ban {
  reason: string;
  by: string;
  at: Timestamp;
  until?: Timestamp;
}

export interface ListedReport extends Report {
  reportId: string;
}

export interface PeopleSettings extends Paging {
  tag?: string;
}

/** Everything of one service that its staff see and do. */
export class Dashboard extends Campaigns {
  private readonly records: ServiceRecords;

  constructor(connection: Connection, horizons: OwnHorizons, serviceId: string) {
    super(connection, horizons, serviceId);
    this.records = new ServiceRecords(connection, serviceId);
    checkCalls<Dashboard>(this, DASHBOARD);
  }

  /** List the changes of a chat and their authors, the newest first. */
  audit(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): Live<Map<string, AuditEntry>> {
    return watchById<AuditEntry>(this.connection, paths.audit(chatId), orderBy('at', 'desc'), limit(pageSize));
  }

  /** List who changed what of the service, its people and its reports, the newest first. */
  changes(asked: ChangesAsked = {}): DocumentList<ListedChange> {
    return this.records.changes(asked);
  }

  /** List the open reports, the newest first. */
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

  /** Decide on a report. A later decision replaces an earlier one. */
  async resolve(reportId: string, resolution: ReportResolution, note?: string): Promise<void> {
    await this.connection.call('resolveReport', { reportId, resolution, note });
  }

  /**
   * Ban a person from the whole project until a time, or for good; for the owners of `default`. Their
   * account is disabled, callables refuse them, and what they still post is not delivered.
   */
  async ban(userId: string, reason: string, until?: Date): Promise<void> {
    await this.connection.call('banUser', { userId, reason, until });
  }

  /** A person's ban, live; null for who has none. For the owners of `default`. */
  banOf(userId: string): Live<Ban | null> {
    return watchOne<Ban>(this.connection, paths.ban(userId));
  }

  /** End a ban. */
  async unban(userId: string): Promise<void> {
    await this.connection.call('unbanUser', { userId });
  }

  /** The service's name and settings. */
  details(): Live<Service | null> {
    return watchOne<Service>(this.connection, paths.service(this.serviceId));
  }

  /** The staff by uid, to whom cases can be assigned. */
  staff(): Live<Map<string, Staff>> {
    return watchById<Staff>(this.connection, paths.staff(this.serviceId));
  }

  /**
   * Find people by id, by the beginning of a phone number with +, of an email or of a name. At most
   * five queries of `pageSize` reads.
   */
  findPeople(text: string, { pageSize = PAGE_SIZE }: Paging = {}): Promise<ServiceUser[]> {
    return findPeople(this.connection, this.serviceId, text, pageSize);
  }

  /** What the service knows about one person; null if they are not in it. */
  person(userId: string): Live<ServiceUser | null> {
    return watchOne<ServiceUser>(this.connection, `${paths.serviceUsers(this.serviceId)}/${userId}`);
  }

  /** List the service's people in the order of their uids, all or those with a tag. */
  people({ pageSize = PAGE_SIZE, tag }: PeopleSettings = {}): DocumentList<ServiceUser> {
    return new DocumentList(
      this.connection,
      paths.serviceUsers(this.serviceId),
      tag === undefined ? [] : [where('tags', 'array-contains', tag)],
      pageSize,
      (each) => each.data() as ServiceUser,
    );
  }

  /** Change what the service knows about a person. */
  async updatePerson(userId: string, changes: PersonChanges): Promise<void> {
    await this.connection.call('updateServiceUser', { ...changes, serviceId: this.serviceId, userId });
  }

  /** Record what a person told staff. Refused if they opted out by SMS: only their START ends that. */
  async updateConsent(userId: string, consent: ConsentAnswer): Promise<void> {
    await this.connection.call('updateConsent', { ...consent, serviceId: this.serviceId, userId });
  }

  /** List the changes of a person's consents, the newest first. */
  consentHistory(userId: string, { pageSize = PAGE_SIZE }: Paging = {}): Live<Map<string, ConsentChange>> {
    const path = paths.consentHistory(this.serviceId, userId);
    return watchById<ConsentChange>(this.connection, path, orderBy('at', 'desc'), limit(pageSize));
  }

  /** List a person's devices, the one registered last first, to see whether pushes reach them. */
  async devicesOf(userId: string): Promise<DeviceOfPerson[]> {
    const { devices } = await this.connection.call('devicesOf', { serviceId: this.serviceId, userId });
    return devices;
  }

  /** List the SMS that stand in no chat, the newest first: opt-outs, and those of unknown numbers. */
  receivedSms(asked: SmsAsked = {}): DocumentList<ListedSms> {
    return this.records.receivedSms(asked);
  }

  /** Make a distribution list that people are put on; return its id. By owners and admins. */
  async makeList(name: string): Promise<string> {
    const listId = newId();
    await this.connection.write(ACTS.keepList, ({ set }) =>
      set(`${paths.distributionLists(this.serviceId)}/${listId}`, { name, createdAt: serverTimestamp() }),
    );
    return listId;
  }

  /** Put up to 450 people on a list, in one commit; who is on it already stays. By owners and admins. */
  putOnList(listId: string, userIds: string[]): Promise<void> {
    const members = `${paths.distributionLists(this.serviceId)}/${listId}/members`;
    return this.connection.write(ACTS.keepList, ({ set }) => {
      for (const uid of userIds) set(`${members}/${uid}`, { addedAt: serverTimestamp() });
    });
  }

  /** Bring people into the service from a CSV file, by its owners and admins. */
  async importPeople(file: PeopleFile): Promise<ImportedPeople> {
    return this.connection.call('importPeople', { ...file, serviceId: this.serviceId });
  }

  /** Change the service's settings; for its owner. */
  async updateService(changes: ServiceChanges): Promise<void> {
    await this.connection.call('updateService', { ...changes, serviceId: this.serviceId });
  }
}
