/** Offer the acts of a page as commands: the bar and a key do what its buttons do. */
import { notifications } from '@mantine/notifications';
import { useCommands } from 'parley-screen/commands/commands.js';
import type { Command } from 'parley-screen/commands/registry.js';
import { useTexts } from 'parley-screen/language.js';
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { Listed } from './listed.js';

export interface Act {
  run(): unknown;
  /** Whether the page offers it; a function is asked each time. */
  isShown?: boolean | (() => boolean);
  /** Why it cannot be done now: the bar shows the reason, and whoever tries is told. */
  why?: string | undefined | (() => string | undefined);
  /** Words that say more than those of the list: how many, or who. */
  text?: string;
}

/** Offer acts while the component is on the screen, under the words and keys of their list. */
export function usePageCommands<Id extends string>(list: Listed<Id>, acts: Readonly<Partial<Record<Id, Act>>>): void {
  const t = useTexts<string>();
  const latest = useRef(acts);
  useLayoutEffect(() => {
    latest.current = acts;
  });
  // They are offered anew when the bar has to show something else, and not each time they are drawn.
  const shape = JSON.stringify(Object.entries<Act | undefined>(acts).map(([id, act]) => [id, act?.text, act]));
  const commands = useMemo(() => {
    const offered = JSON.parse(shape) as [Id, string | null][];
    return offered.map(([id, said]): Command => {
      const { text, group, key } = list[id];
      const act = (): Act | undefined => latest.current[id];
      const why = (): string | undefined => asked(act()?.why);
      return {
        id,
        text: said ?? text(t),
        group: group(t),
        ...(key !== undefined && { key }),
        why,
        isShown: () => asked(act()?.isShown) ?? act() !== undefined,
        run() {
          const reason = why();
          if (reason === undefined) act()?.run();
          else notifications.show({ color: 'yellow', message: reason });
        },
      };
    });
  }, [list, t, shape]);
  useCommands(commands);
}

function asked<T>(value: T | (() => T) | undefined): T | undefined {
  return typeof value === 'function' ? (value as () => T)() : value;
}
