/** Every action of the page as a command with at most one key, which the person may change. */

export interface Command {
  /** Never changes, since a person's own keys name it: `inbox.close`. */
  id: string;
  text: string;
  /** Under which the command bar lists it. */
  group?: string;
  /** The key at first, as `keyOf` names it. */
  key?: string;
  run(): void;
  /** Without one it is always shown. A command that is not shown has no key either. */
  isShown?(): boolean;
}

/** What is known of a command that was registered once, on this page or another. */
export interface KnownCommand {
  id: string;
  text: string;
  group: string | undefined;
  key: string | undefined;
}

type Keys = Record<string, string>;
const REMEMBERED = 'parley.keys';
/** The key of a command whose key was taken away. */
const NONE = '';

export class Registry {
  private readonly commands = new Map<string, Command>();
  private readonly seen = new Map<string, Command>();
  private readonly listeners = new Set<() => void>();
  private own: Keys;
  private version = 0;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.own = remembered(storage.getItem(REMEMBERED));
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

  /** Those that can be run now. */
  shown(): Command[] {
    return [...this.commands.values()].filter(({ isShown }) => isShown?.() ?? true);
  }

  /** All since the page was opened, to give them keys. */
  known(): KnownCommand[] {
    return [...this.seen.values()].map(({ id, text, group }) => ({ id, text, group, key: this.keyOf(id) }));
  }

  keyOf(id: string): string | undefined {
    return this.own[id] ?? this.seen.get(id)?.key;
  }

  /** Give a command a key, or none, and take it from the command that has it. */
  setKey(id: string, key: string | undefined): void {
    const taken = key === undefined ? [] : this.known().filter((each) => each.key === key && each.id !== id);
    this.keep({ ...this.own, ...Object.fromEntries(taken.map((each) => [each.id, NONE])), [id]: key ?? NONE });
  }

  /** Give every command the key it had at first. */
  resetKeys(): void {
    this.keep({});
  }

  /** Run the command of a key; answers whether there is one. */
  press(key: string): boolean {
    // The newest page's command wins over an older one that has the same key.
    const [found] = this.shown()
      .filter(({ id }) => this.keyOf(id) === key)
      .slice(-1);
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
