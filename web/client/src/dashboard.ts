/** A service's dashboard, for its staff. */
import { limit, orderBy, where } from 'firebase/firestore';
import type {
  AuditEntry,
  CampaignJob,
  CampaignStatus,
  Chat,
  ConsentChange,
  ReceivedSms,
  Report,
  ReportResolution,
  Service,
  ServiceUser,
  Staff,
} from '../../../schema/exported/parley.js';
import { DASHBOARD } from './callForms.js';
import type {
  ConsentAnswer,
  Explained,
  ImportedPeople,
  Opened,
  PeopleFile,
  PersonChanges,
  Previewed,
  ResultPage,
  ServiceChanges,
} from './calls.js';
import {
  type CampaignCommand,
  campaignList,
  commandCampaign,
  type ListedCampaign,
  type NewCampaign,
  sendCampaign,
} from './campaigns.js';
import { CaseViews } from './caseViews.js';
import { ChatList } from './chatList.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { Desk } from './desk.js';
import type { OwnHorizons } from './horizons.js';
import type { Live } from './live.js';
import { Notes } from './notes.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { paths, serviceMember } from './paths.js';
import { findPeople } from './peopleSearch.js';
import { ChatSession } from './session.js';
import { CampaignDrafts, CannedAnswers, SavedViews } from './shelf.js';
import { DocumentList, watchById, watchOne } from './watching.js';

export type CaseState = NonNullable<Chat['state']>;

export interface ListedCase extends Chat {
  chatId: string;
}

export interface ListedReport extends Report {
  reportId: string;
}

/** Changes of a case by staff. */
export interface CaseChanges {
  state?: CaseState;
  /** Only with the state `snoozed`. */
  snoozedUntil?: Date;
  /** With the state `snoozed` in place of a time: until the person writes. */
  untilReply?: true;
  /** A staff member's uid, or null for nobody. */
  assigneeId?: string | null;
  /** Assign only if the case is theirs, or nobody's, so far. */
  expectedAssigneeId?: string | null;
}

export interface PeopleSettings extends Paging {
  tag?: string;
}

/** For the roles `owner`, `admin` and `agent`; a `viewer` can only read. */
export class Dashboard {
  /** The fixed views of the inbox. */
  readonly views: CaseViews;

  constructor(
    private readonly connection: Connection,
    private readonly horizons: OwnHorizons,
    private readonly serviceId: string,
  ) {
    this.views = new CaseViews(connection, serviceId);
    checkCalls<Dashboard>(this, DASHBOARD);
  }

  /** List the open cases by their last message. */
  openCases({ pageSize = PAGE_SIZE }: Paging = {}): ChatList {
    return new ChatList(this.connection, this.horizons, serviceMember(this.serviceId), pageSize);
  }

  /** List the cases of one state in the order of their ids. */
  cases(state: CaseState, { pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedCase> {
    const asked = [where('serviceId', '==', this.serviceId), where('kind', '==', 'case'), where('state', '==', state)];
    return new DocumentList(this.connection, paths.chats, asked, pageSize, (each) => ({
      ...(each.data() as Chat),
      chatId: each.id,
    }));
  }

  /** Read and answer a case as the service. The first answer opens it and makes the service a member. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: serviceMember(this.serviceId), staffId: this.connection.uid };
    return new ChatSession(this.connection, this.horizons, chatId, speaker, pageSize);
  }

  /** List the private notes about a case, the newest first. */
  notes(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): Notes {
    return new Notes(this.connection, chatId, pageSize);
  }

  /** Watch who else is at a case, and be shown there oneself. Close it when the case leaves the screen. */
  desk(chatId: string): Desk {
    return new Desk(this.connection, this.horizons, chatId);
  }

  cannedAnswers(): CannedAnswers {
    return new CannedAnswers(this.connection, this.serviceId);
  }

  /** Watch one's own views of the inbox, and those shared with one's role. */
  savedViews(): SavedViews {
    return new SavedViews(this.connection, this.serviceId);
  }

  /** Open the case with one of the service's people. */
  open(userId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId: this.serviceId, userId });
  }

  /** Close a case. It leaves the list of open cases until somebody writes. */
  close(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'closed' });
  }

  reopen(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'open' });
  }

  /** Take a case off the list until a time, or until somebody writes. */
  snooze(chatId: string, until: Date | 'reply'): Promise<void> {
    const when: CaseChanges = until === 'reply' ? { untilReply: true } : { snoozedUntil: until };
    return this.update(chatId, { state: 'snoozed', ...when });
  }

  /**
   * Assign a case to a staff member, or with null to nobody. If it is no longer `expected`'s, it is
   * refused as `alreadyAssigned`, and `about.assigneeId` of the error is who has it.
   */
  assign(chatId: string, staffUid: string | null, expected?: string | null): Promise<void> {
    return this.update(chatId, {
      assigneeId: staffUid,
      ...(expected !== undefined && { expectedAssigneeId: expected }),
    });
  }

  /** Take a case that nobody has. Of two who claim it at once one wins, as `assign` with `expected` null. */
  claim(chatId: string): Promise<void> {
    return this.assign(chatId, this.connection.uid, null);
  }

  /** Make several of these changes at once. */
  async update(chatId: string, changes: CaseChanges): Promise<void> {
    await this.connection.call('updateCase', { ...changes, chatId });
  }

  /** List the changes of a chat and their authors, the newest first. */
  audit(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): Live<Map<string, AuditEntry>> {
    return watchById<AuditEntry>(this.connection, paths.audit(chatId), orderBy('at', 'desc'), limit(pageSize));
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

  /** List the SMS that stand in no chat, the newest first: opt-outs, and those of unknown numbers. */
  receivedSms({ pageSize = PAGE_SIZE }: Paging = {}): Live<Map<string, ReceivedSms>> {
    const path = paths.inboundSms(this.serviceId);
    return watchById<ReceivedSms>(this.connection, path, orderBy('at', 'desc'), limit(pageSize));
  }

  /** Bring people into the service from a CSV file, by its owners and admins. */
  async importPeople(file: PeopleFile): Promise<ImportedPeople> {
    return this.connection.call('importPeople', { ...file, serviceId: this.serviceId });
  }

  /** Change the service's settings; for its owner. */
  async updateService(changes: ServiceChanges): Promise<void> {
    await this.connection.call('updateService', { ...changes, serviceId: this.serviceId });
  }
  /** Watch the campaigns that are being composed, the last changed first. */
  campaignDrafts(): CampaignDrafts {
    return new CampaignDrafts(this.connection, this.serviceId);
  }

  /** List the service's campaigns, the last changed first. */
  campaigns({ pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedCampaign> {
    return campaignList(this.connection, this.serviceId, pageSize);
  }

  /** What becomes of a campaign; null before a worker has taken it. */
  campaign(campaignId: string): Live<CampaignStatus | null> {
    return watchOne<CampaignStatus>(this.connection, paths.campaignStatus(campaignId));
  }

  /** A campaign as it was sent, with its newest command. */
  campaignJob(campaignId: string): Live<CampaignJob | null> {
    return watchOne<CampaignJob>(this.connection, paths.campaignJob(campaignId));
  }

  /** Send a campaign; return its id. By owners and admins, as is every command. */
  sendCampaign(job: NewCampaign): Promise<string> {
    return sendCampaign(this.connection, this.serviceId, job);
  }

  command(campaignId: string, command: CampaignCommand): Promise<void> {
    return commandCampaign(this.connection, campaignId, command);
  }

  /** What a campaign would do, and how its text looks for `userIds`, or for `sampleCount` people. */
  previewCampaign(job: NewCampaign, userIds?: string[], sampleCount?: number): Promise<Previewed> {
    const asked = { ...job, serviceId: this.serviceId };
    return this.connection.call('previewCampaign', { job: asked, userIds, sampleCount });
  }

  /** Why a person got a campaign, or did not. */
  explainRecipient(campaignId: string, userId: string): Promise<Explained> {
    return this.connection.call('explainRecipient', { campaignId, userId });
  }

  /** One page of what became of each person, as CSV. */
  exportCampaign(campaignId: string, cursor?: string): Promise<ResultPage> {
    return this.connection.call('exportCampaign', { campaignId, cursor });
  }

  /** Give everybody who failed another attempt. */
  retryFailed(campaignId: string): Promise<{ retried: number; waiting?: number }> {
    return this.connection.call('retryFailed', { campaignId });
  }
}
