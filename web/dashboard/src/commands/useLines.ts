/** Lines of a page that one goes through by keys: the one that had the focus last is chosen, and can be acted on. */
import { type FocusEvent, type RefObject, useMemo, useRef } from 'react';
import { useText } from '../texts.js';
import { LINE_COMMANDS } from './lineCommands.js';
import classes from './lines.module.css';
import { type Act, usePageCommands } from './usePageCommands.js';

export interface Lines {
  /** Of the element around the lines. */
  around: { ref: RefObject<HTMLDivElement | null>; className: string; onFocus(event: FocusEvent): void };
  step(by: 1 | -1): void;
  hasAny(): boolean;
  /**
   * Press the button of the chosen line that has this `data-act`, or go to the field that has it. With `last` it is
   * the last one's if no line is chosen.
   */
  act(name: string, otherwise?: 'last'): Act;
}

/** Mark an element as a line. */
export function lineOf(id: string) {
  return { 'data-line': id, tabIndex: -1 } as const;
}

/** Choose lines by the focus. The mark of the chosen one is set on the page itself, so that no line is drawn anew. */
export function useLines(): Lines {
  const t = useText();
  const around = useRef<HTMLDivElement>(null);
  const chosen = useRef<string>(undefined);
  return useMemo(() => {
    const lines = (): HTMLElement[] => [...(around.current?.querySelectorAll<HTMLElement>('[data-line]') ?? [])];
    const placeIn = (all: readonly HTMLElement[]): number =>
      all.findIndex(({ dataset }) => dataset.line === chosen.current);

    function buttonOf(name: string, otherwise?: 'last'): HTMLElement | undefined {
      const all = lines();
      const line = all[placeIn(all)];
      const asked = line || !otherwise ? [line] : all.reverse();
      return asked.flatMap((each) => each?.querySelector<HTMLElement>(`[data-act="${name}"]`) ?? [])[0];
    }

    return {
      around: {
        ref: around,
        className: classes.around ?? '',
        onFocus({ target }) {
          const line = target.closest<HTMLElement>('[data-line]');
          if (!line) return;
          for (const marked of around.current?.querySelectorAll('[data-chosen]') ?? []) {
            marked.removeAttribute('data-chosen');
          }
          line.setAttribute('data-chosen', '');
          chosen.current = line.dataset.line;
        },
      },
      step(by) {
        const all = lines();
        const at = placeIn(all);
        all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
      },
      hasAny: () => lines().length > 0,
      act: (name, otherwise) => ({
        run() {
          const button = buttonOf(name, otherwise);
          button?.focus();
          button?.click();
        },
        isShown: () =>
          buttonOf(name, otherwise) !== undefined || (!otherwise && placeIn(lines()) < 0 && lines().length > 0),
        why: () => (buttonOf(name, otherwise) ? undefined : t('lines.chooseFirst')),
      }),
    };
  }, [t]);
}

/** The lines of a page whose keys are those of lists. */
export function usePageLines(): Lines {
  const lines = useLines();
  usePageCommands(LINE_COMMANDS, {
    'lines.next': { run: () => lines.step(1), isShown: lines.hasAny },
    'lines.previous': { run: () => lines.step(-1), isShown: lines.hasAny },
  });
  return lines;
}
