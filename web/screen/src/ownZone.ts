/**
 * Return the name of this machine's time zone; undefined if the browser has none. It may say nothing, say
 * `Etc/Unknown`, or say an offset that is the reverse of its clock's (`findings/intl-names-a-zone-it-refuses.sh`).
 */
export function ownZone(): string | undefined {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions() as { timeZone?: string };
  if (timeZone === undefined || !/^[A-Z]/.test(timeZone)) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return undefined;
  }
  return timeZone;
}
