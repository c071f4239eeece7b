import { notifications } from '@mantine/notifications';
import { ParleyError } from 'parley-client';

/** Do something for the person at the screen, and tell them if it failed. Returns whether it worked. */
export async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (failure) {
    notifications.show({ color: 'red', title: 'That did not work', message: inWords(failure) });
    return false;
  }
}

export function inWords(failure: unknown): string {
  if (failure instanceof ParleyError) return failure.message;
  return failure instanceof Error ? failure.message : String(failure);
}
