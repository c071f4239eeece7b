/** Step 9: a stranger is invited to a group, hears nothing of it, and accepts. */
import { Phone } from './phone.js';
import { pushesTo } from './pushes.js';
import type { Report } from './report.js';
import { get } from './tree.js';

const SECONDS = 60;

/** Invite somebody who does not know the host; each claim is a row. */
export async function inviteStranger(report: Report): Promise<void> {
  const [host, guest] = await Promise.all(['Host', 'Guest'].map(newcomer));
  if (!host || !guest) throw new Error('an invitation needs two people');
  const asked = { title: 'Book club', userIds: [guest.uid] };
  const { chatId, added, invited } = await host.parley.open.group(asked);
  report.row('invitation: added, and invited', [0, 1], [added.length, invited.length]);
  const [row, member] = [`userChats/${guest.uid}/chats/${chatId}`, `chats/${chatId}/members/${guest.uid}`];
  const before = await get([row, member]);
  report.row(
    'invitation: the row says so, and there is no member',
    [true, false],
    [before.get(row)?.invited ?? false, before.has(member)],
  );

  const session = host.parley.chat(chatId);
  await session.ready();
  await session.posting.send({ body: 'Chapter one on Monday' }).sent;
  await report.eventually('invitation: one push, and none for what is said', ['invites you'], SECONDS, async () =>
    (await pushesTo(guest.token)).map(({ message }) => message.notification.body.slice(0, 'invites you'.length)),
  );

  const theirs = guest.parley.chat(chatId);
  await theirs.membership.accept();
  await theirs.membership.accept();
  const after = await get([row, member]);
  report.row(
    'invitation: accepted twice, a member once',
    [false, true],
    [after.get(row)?.invited ?? false, after.has(member)],
  );
  await session.posting.send({ body: 'Welcome' }).sent;
  await report.eventually('invitation: a member hears what is said', 2, SECONDS, async () => {
    return (await pushesTo(guest.token)).length;
  });
  session.close();
  theirs.close();
  await Promise.all([host.close(), guest.close()]);
}

async function newcomer(displayName: string): Promise<Phone> {
  const phone = new Phone(displayName.toLowerCase(), displayName);
  await phone.signUp();
  await phone.introduce();
  await phone.registerDevice();
  return phone;
}
