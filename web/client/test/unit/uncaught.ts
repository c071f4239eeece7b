/** Faults that nobody catches, for a test that expects them. */
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

/** What is thrown, soon after an act and not by it, where nobody catches it. */
export async function uncaught(act: () => void | Promise<void>): Promise<unknown[]> {
  const faults: unknown[] = [];
  process.setUncaughtExceptionCaptureCallback((fault) => faults.push(fault));
  try {
    await act();
    await setImmediate();
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
  return faults;
}
