/** Every action of the page as a command with at most one key, which the person may change. */
import type { Text } from '../language.js';

/** Words of a command, by the texts of its page. */
export type Words = (t: Text<string>) => string;

/** A command as it is known before its page is opened, so that its key can be changed at any time. */
export interface ListedCommand {
  /** Never changes, since a person's own keys name it: `inbox.close`. */
  id: string;
  text: Words;
  group: Words;
  /** The key at first, as `keyOf` names it. */
  key?: string;
  /** The pages that offer it; without them all do. Commands that no page offers together may share a key. */
  pages?: readonly string[];
}

export interface Command {
  id: string;
  text: string;
  /** Under which the command bar lists it. */
  group?: string;
  /** The key at first. */
  key?: string;
  run(): void;
  /** Without one it is always shown. A command that is not shown has no key either. */
  isShown?(): boolean;
  /** Why it cannot be done now; `run` says the same. */
  why?(): string | undefined;
}

/** What is known of a command that is listed, or was registered once. */
export interface KnownCommand {
  id: string;
  text: string | Words;
  group: string | Words | undefined;
  key: string | undefined;
  pages: readonly string[] | undefined;
}

type Seen = Pick<KnownCommand, 'id' | 'text'> & Partial<KnownCommand>;

type Keys = Record<string, string>;
const REMEMBERED = 'parley.keys';
/** The key of a command whose key was taken away. */
const NONE = '';

export class Registry {
  private readonly commands = new Map<string, Command>();
  private readonly seen = new Map<string, Seen>();
  private readonly listed = new Map<string, ListedCommand>();
  private readonly listeners = new Set<() => void>();
  private own: Keys;
  private version = 0;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.own = remembered(storage.getItem(REMEMBERED));
  }

  /** Make commands known that pages offer which were not opened yet. */
  list(commands: readonly ListedCommand[]): void {
    for (const command of commands) this.listed.set(command.id, command);
    this.changed();
  }

  /** Add a page's commands; answers what takes them away. A later command replaces one of the same id. */
  add(commands: readonly Command[]): () => void {
    for (const command of commands) {
      this.commands.set(command.id, command);
      this.seen.set(command.id, command);
    }
    this.changed();
    return () => {
      for (const command of commands) {
        if (this.commands.get(command.id) === command) this.commands.delete(command.id);
      }
      this.changed();
    };
  }

  /** Those that the page offers now. */
  shown(): Command[] {
    return [...this.commands.values()].filter(({ isShown }) => isShown?.() ?? true);
  }

  /** All that are listed or were registered since the page was opened, to give them keys. */
  known(): KnownCommand[] {
    const others = [...this.seen.values()].filter(({ id }) => !this.listed.has(id));
    const all: Seen[] = [...this.listed.values(), ...others];
    return all.map(({ id, text, group, pages }) => ({ id, text, group, pages, key: this.keyOf(id) }));
  }

  keyOf(id: string): string | undefined {
    return this.own[id] ?? (this.listed.get(id) ?? this.seen.get(id))?.key;
  }

  /** Give a command a key, or none, and take it from commands that a page offers together with this one. */
  setKey(id: string, key: string | undefined): void {
    const known = this.known();
    const pages = known.find((each) => each.id === id)?.pages;
    const taken = known.filter(
      (each) => key !== undefined && each.key === key && each.id !== id && meet(each.pages, pages),
    );
    this.keep({ ...this.own, ...Object.fromEntries(taken.map((each) => [each.id, NONE])), [id]: key ?? NONE });
  }

  /** Give every command the key it had at first. */
  resetKeys(): void {
    this.keep({});
  }

  /** Run the command of a key; answers whether there is one. */
  press(key: string): boolean {
    const ofKey = this.shown().filter(({ id }) => this.keyOf(id) === key);
    // A key of one's own wins over one that a command has at first, and the newest page's over an older one.
    const found = ofKey.filter(({ id }) => id in this.own).at(-1) ?? ofKey.at(-1);
    found?.run();
    return found !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes with every change, for `useSyncExternalStore`. */
  snapshot = (): number => this.version;

  private keep(own: Keys): void {
    this.own = own;
    this.storage.setItem(REMEMBERED, JSON.stringify(own));
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}

/** Whether some page offers both of two commands. */
function meet(pages: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  return !pages || !others || pages.some((page) => others.includes(page));
}

function remembered(text: string | null): Keys {
  try {
    const keys: unknown = JSON.parse(text ?? '{}');
    const entries = Object.entries(keys as object).filter(([, key]) => typeof key === 'string');
    return Object.fromEntries(entries) as Keys;
  } catch {
    return {};
  }
}

/** Commands under their groups, in the order of the first of each. */
export function byGroup<C extends { group?: string | undefined }>(commands: readonly C[]): [group: string, C[]][] {
  const groups = new Map<string, C[]>();
  for (const command of commands) {
    const group = command.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  return [...groups];
}
