/** The command bar and keys of a page. */
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { useText } from '../texts.js';
import type { LoadAll } from './KeysDialog.js';
import { isTyping, keyOf } from './keys.js';
import { type Command, Registry } from './registry.js';

const CommandBar = lazy(() => import('./CommandBar.js'));
const KeysDialog = lazy(() => import('./KeysDialog.js'));

type Shown = 'bar' | 'keys' | undefined;
interface Commands {
  registry: Registry;
  /** Show the command bar, or the dialog that changes keys. */
  show(shown: Shown): void;
}

const CommandsContext = createContext<Commands | undefined>(undefined);

interface ProviderProps {
  /** Load the commands of all pages, so that each key can be changed on every page. */
  loadAll?: LoadAll;
  children: ReactNode;
}

/** Listen to keys, and offer every command below in a bar (Ctrl or Command and K). */
export function CommandsProvider({ loadAll, children }: ProviderProps) {
  const t = useText();
  const [registry] = useState(() => new Registry(localStorage));
  const [shown, show] = useState<Shown>();
  // What was opened once stays in the page, so that its closing can be seen.
  const [opened, setOpened] = useState<ReadonlySet<Shown>>(new Set());
  const commands = useMemo(() => ({ registry, show }), [registry]);

  useEffect(() => setOpened((before) => (before.has(shown) ? before : new Set([...before, shown]))), [shown]);
  useEffect(() => listenToKeys(registry), [registry]);
  useEffect(
    () =>
      registry.add([
        {
          id: 'commands.bar',
          text: t('commands.open'),
          group: t('commands.title'),
          key: 'Mod+K',
          run: () => show('bar'),
        },
        {
          id: 'commands.keys',
          text: t('commands.keys'),
          group: t('commands.title'),
          key: '?',
          run: () => show('keys'),
        },
      ]),
    [registry, t],
  );

  return (
    <CommandsContext.Provider value={commands}>
      {children}
      <Suspense>
        {opened.has('bar') && (
          <CommandBar registry={registry} isOpen={shown === 'bar'} onClose={() => show(undefined)} />
        )}
        {opened.has('keys') && (
          <KeysDialog registry={registry} loadAll={loadAll} isOpen={shown === 'keys'} onClose={() => show(undefined)} />
        )}
      </Suspense>
    </CommandsContext.Provider>
  );
}

function listenToKeys(registry: Registry): () => void {
  const press = (event: KeyboardEvent): void => {
    const key = keyOf(event);
    if (event.defaultPrevented || event.isComposing || key === undefined || isTyping(event.target, key)) return;
    if (registry.press(key)) event.preventDefault();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

function useCommandsContext(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('commands need a CommandsProvider above them');
  return commands;
}

/** Offer commands while the component is on the screen. Make the list with `useMemo`. */
export function useCommands(commands: readonly Command[]): void {
  const { registry } = useCommandsContext();
  // With what is drawn: a key never does what the screen shows no longer.
  useLayoutEffect(() => registry.add(commands), [registry, commands]);
}

/** Show the bar or the keys, from a button. */
export function useShowCommands(): (shown: 'bar' | 'keys') => void {
  return useCommandsContext().show;
}

/** The key of a command, to show it in a tooltip. */
export function useKeyOf(id: string): string | undefined {
  const { registry } = useCommandsContext();
  return useSyncExternalStore(registry.subscribe, () => registry.keyOf(id) || undefined);
}
