/** Private notes of staff about a case, which no client of the chat can read. */
import { deleteField, orderBy, serverTimestamp } from 'firebase/firestore';
import type { Note } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { NOTES } from './dashboardForms.js';
import { newId, paths } from './paths.js';
import { DocumentList } from './watching.js';

/** A note of one's own that is on its way has no `createdAt` yet. */
export interface ListedNote extends Omit<Note, 'createdAt'> {
  noteId: string;
  createdAt: Note['createdAt'] | null;
}

/** The notes about one case, the newest first. */
export class Notes extends DocumentList<ListedNote> {
  constructor(
    private readonly connection: Connection,
    private readonly chatId: string,
    pageSize: number,
  ) {
    super(connection, paths.notes(chatId), [orderBy('createdAt', 'desc')], pageSize, (each) => ({
      ...(each.data() as ListedNote),
      noteId: each.id,
    }));
    checkCalls<Notes, keyof DocumentList<ListedNote>>(this, NOTES);
  }

  /** Write a note; `mentions` are the uids of staff whom it concerns. Resolves to its id. */
  async add(body: string, mentions: string[] = []): Promise<string> {
    const noteId = newId();
    const note = {
      staffId: this.connection.uid,
      body,
      createdAt: serverTimestamp(),
      ...(mentions.length > 0 && { mentions }),
    };
    await this.connection.write(ACTS.note, ({ set }) => set(this.path(noteId), note));
    return noteId;
  }

  /** Change one's own note, at most every 2 s. */
  edit(noteId: string, body: string, mentions: string[] = []): Promise<void> {
    const named = mentions.length > 0 ? mentions : deleteField();
    return this.connection.write(ACTS.note, ({ update }) =>
      update(this.path(noteId), { body, mentions: named, editedAt: serverTimestamp() }),
    );
  }

  /** Remove one's own note. */
  remove(noteId: string): Promise<void> {
    return this.connection.write(ACTS.note, ({ remove }) => remove(this.path(noteId)));
  }

  private path(noteId: string): string {
    return `${paths.notes(this.chatId)}/${noteId}`;
  }
}
