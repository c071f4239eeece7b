/** Step 8: a document in the format of Firebase's Trigger Email extension is delivered and read back. */
import { newId } from 'parley-client';
import { listenFor, write } from './following.js';
import type { Phone } from './phone.js';
import type { Report } from './report.js';
import { SERVICE } from './seed.js';
import { MAILS, RUN } from './settings.js';
import { logOf } from './standIn.js';

const SECONDS = 60;

interface Job {
  delivery?: { state: string; error?: string; info?: { accepted: string[] } };
}

interface Mail {
  to: string[];
  data: string;
}

export async function sendEmail(report: Report, staff: Phone): Promise<void> {
  const jobId = `${RUN}-${newId()}`;
  const [to, hidden] = [`${RUN}@example.com`, `${RUN}-hidden@example.com`];
  const subject = `Receipt ${RUN}`;
  await write(staff, `emailNotifications/${jobId}`, {
    serviceId: SERVICE,
    createdBy: staff.uid,
    to,
    bcc: hidden,
    message: { subject, text: 'Thank you.', html: '<p>Thank you.</p>' },
  });
  const { delivery } = await listenFor<Job>(staff, `emailNotifications/${jobId}`, SECONDS, (job) =>
    ['SUCCESS', 'ERROR'].includes(job.delivery?.state ?? ''),
  );
  report.row(
    'email: answer',
    ['SUCCESS', undefined, [to, hidden]],
    [delivery?.state, delivery?.error, delivery?.info?.accepted],
  );
  const mails = (await logOf<Mail>(MAILS)).flatMap(({ request }) => (request?.to.includes(to) ? [request] : []));
  report.row('email: mails that left', 1, mails.length);
  report.row(
    'email: subject and both texts in it, no hidden address',
    [true, true, true, false],
    [`Subject: ${subject}`, 'text/plain', 'text/html', hidden].map((part) => mails[0]?.data.includes(part) ?? false),
  );
}
