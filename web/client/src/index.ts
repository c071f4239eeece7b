/** `parley-client`, the client library of Parley. Types of documents are those of the schema. */
export type * from '../../../schema/exported/parley.js';
export type {
  CampaignOfPerson,
  CasesAsked,
  CasesChanges,
  CasesToChange,
  ChatChanges,
  CreatedGroup,
  DeviceOfPerson,
  Drifted,
  Explained,
  FoundCase,
  HealthReport,
  ImportedPeople,
  Joined,
  NewGroup,
  Opened,
  PeopleFile,
  PersonChanges,
  Previewed,
  Reconciled,
  Redriven,
  Reported,
  ResultPage,
  SentTest,
  ServiceChanges,
} from './calls.js';
export type { CampaignCommand, ListedCampaign, NewCampaign } from './campaigns.js';
export type { CaseItem, CaseViews, ViewName, ViewSettings } from './caseViews.js';
export type { ChatList, ChatsShown } from './chatList.js';
export type { Colleague } from './colleagues.js';
export type { Usage } from './connection.js';
export type { Ban, Dashboard, ListedReport, PeopleSettings } from './dashboard.js';
export type { Desk } from './desk.js';
export { type Device, isMuted } from './devices.js';
export type { Draft } from './drafts.js';
export { isRefusal, ParleyError, type Reason, type WrongField } from './errors.js';
export type { RowFlags } from './flags.js';
export type { Health, LettersAsked, ListedDeadLetter } from './health.js';
export { receivedBy, seenBy } from './horizons.js';
export type { BulkJobsAsked, CaseChanges, CaseState, Inbox, ListedBatch, ListedBulkJob, ListedCase } from './inbox.js';
export { LIMITS } from './limits.js';
export type { Listener, Live, Stop } from './live.js';
export type { Messages, MessagesShown } from './messages.js';
export type { ListedNote, Notes } from './notes.js';
export type { Clock } from './pacing.js';
export type { Paging } from './paging.js';
export { type ListSettings, Parley, type Settings } from './parley.js';
export { attachmentPath, caseChatId, directChatId, kindOf, newId, otherOf, serviceMember } from './paths.js';
export type { Introduction } from './people.js';
export type { Posted } from './posting.js';
export type { ListedChat } from './rows.js';
export type { ChangesAsked, ListedChange, ListedSms, SmsAsked } from './serviceRecords.js';
export type { ChatSession, ListedMember } from './session.js';
export type {
  CampaignDrafts,
  CannedAnswers,
  NewCampaignDraft,
  NewCannedAnswer,
  NewSavedView,
  SavedViews,
} from './shelf.js';
export type { ShownMessage } from './thread.js';
export type { DocumentList, ListShown } from './watching.js';
