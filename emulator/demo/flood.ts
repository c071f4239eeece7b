/** Step 9: somebody floods a group, is muted there, and everybody is told. */
import { doc, serverTimestamp, writeBatch } from 'firebase/firestore';
import { newId, ParleyError } from 'parley-client';
import { people } from './group.js';
import type { Phone } from './phone.js';
import { isSummary, pushesTo } from './pushes.js';
import type { Report } from './report.js';
import { unread } from './screen.js';
import { get, list } from './tree.js';

const POSTS = 12;
const BODY = 'Buy now!';
/** A phone rings so often in ten seconds for one chat; the rest is folded. */
const RUNG = 3;
/** A batch holds nine posts to one chat. */
const BATCH = 6;
const SECONDS = 60;
const MUTE_MS = 60_000;

/** Three people who know one another; the first posts twelve messages at once, past the library. */
export async function flood(report: Report): Promise<void> {
  const members = await people(3, 'flood');
  const [sender, ...others] = members as [Phone, Phone, Phone];
  for (const { uid } of others) await sender.parley.open.direct(uid);
  const userIds = others.map(({ uid }) => uid);
  const { chatId } = await sender.parley.open.group({ title: 'Flooded', userIds });
  const lists = others.map(({ parley }) => parley.chats());

  const from = Date.now();
  for (let begun = 0; begun < POSTS; begun += BATCH) await postAtOnce(sender, chatId, BATCH);
  const path = `chats/${chatId}/members/${sender.uid}`;
  await report.eventually('flood: its sender is muted', true, SECONDS, async () =>
    Boolean((await get([path])).get(path)?.mutedUntil),
  );
  const { mutedUntil } = (await get([path])).get(path) ?? {};
  const ahead = Date.parse(mutedUntil) - from;
  report.row('flood: for a minute from then', true, ahead > MUTE_MS && ahead < MUTE_MS + SECONDS * 1_000);

  const told = async (): Promise<unknown[]> =>
    (await list(`chatMessages/${chatId}/messages`))
      .filter(({ fields }) => fields.event === 'muted')
      .map(({ fields }) => [fields.target === sender.uid, Date.parse(fields.value) === Date.parse(mutedUntil)]);
  await report.eventually('flood: told once in the chat, of whom and until when', [[true, true]], SECONDS, told);
  await report.eventually(
    `flood: others with ${POSTS} unread`,
    others.length,
    SECONDS,
    () => lists.filter((each) => unread(each, chatId) === POSTS).length,
  );
  for (const { name, token } of others) {
    await report.eventually(
      `flood: pushes to ${name}, and messages in their one summary`,
      [RUNG, POSTS - RUNG],
      SECONDS,
      () => rung(token, chatId),
    );
  }

  const chat = sender.parley.chat(chatId);
  const reason = await chat.posting.send({ body: 'One more' }).sent.then(
    () => 'sent',
    (error: unknown) => (error instanceof ParleyError ? error.reason : String(error)),
  );
  report.row('flood: why the next message is refused', 'mutedInChat', reason);
  chat.close();
  for (const each of lists) each.close();
  await Promise.all(members.map((phone) => phone.close()));
}

/** Return how many messages of a chat rang a phone, and how many its summaries tell. */
async function rung(token: string, chatId: string): Promise<[messages: number, folded: number]> {
  const pushes = (await pushesTo(token)).filter(({ message }) => message.data.chatId === chatId);
  const folded = pushes.filter(isSummary).reduce((sum, { message }) => sum + Number(message.data.count), 0);
  return [pushes.filter(({ message }) => message.notification.body.endsWith(BODY)).length, folded];
}

/** Post in one batch, as no app does that uses the library. */
async function postAtOnce({ db, uid: senderId }: Phone, chatId: string, count: number): Promise<void> {
  const batch = writeBatch(db);
  for (let number = 0; number < count; number += 1) {
    const messageId = newId();
    const createdAt = serverTimestamp();
    const entry = { chatId, messageId, senderId, createdAt, shard: number };
    batch.set(doc(db, `chatMessages/${chatId}/messages/${messageId}`), { senderId, body: BODY, createdAt });
    batch.set(doc(db, `messageQueue/${chatId}:${messageId}`), entry);
  }
  await batch.commit();
}
