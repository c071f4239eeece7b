/** `parley-client`: what an app uses to chat with Parley. Types of documents are the schema's own. */
export type * from '../../../schema/exported/parley.js';
export { Parley, ChatSession, Desk, type CaseChanges, type Settings } from './parley.js';
export { ChatList, type ChatsShown, type RowFlags } from './chatList.js';
export { Messages, type MessagesShown } from './messages.js';
export type { Draft, ShownMessage } from './thread.js';
export type { ListedChat } from './rows.js';
export type { Posted } from './posting.js';
export { seenBy } from './receipts.js';
export type { Device } from './devices.js';
export type { NewGroup, Opened } from './opening.js';
export { isRefusal, type Usage } from './connection.js';
export { Live, type Listener, type Stop } from './live.js';
export { systemClock, type Clock } from './pacing.js';
export { caseChatId, directChatId, kindOf, newId, otherOf, serviceMember } from './paths.js';
