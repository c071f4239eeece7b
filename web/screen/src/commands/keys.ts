/** Keys as commands name them: `e`, `Shift+E`, `Mod+K`, `ArrowDown`. `Mod` is Ctrl, and Command on a Mac. */

const ORDER = ['Mod', 'Alt', 'Shift'] as const;
const SILENT = 'input, textarea, select, [contenteditable="true"], [role="textbox"]';
/** Where letters choose among what is shown. */
const CHOOSING = '[role="dialog"], [role="menu"], [role="listbox"], [role="combobox"]';
const MODIFIERS = ['Control', 'Meta', 'Alt', 'Shift', 'AltGraph'];

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The name of what was pressed, or nothing while only modifiers are held. */
export function keyOf(event: Pressed): string | undefined {
  if (MODIFIERS.includes(event.key)) return undefined;
  const held = { Mod: event.ctrlKey || event.metaKey, Alt: event.altKey, Shift: event.shiftKey };
  const key = latin(event);
  // A sign such as ? is named as such: with which modifiers it is typed depends on the keyboard.
  const isSign = key.length === 1 && !/[a-z0-9 ]/i.test(key);
  const names: string[] = ORDER.filter((each) => held[each] && !(isSign && each === 'Shift'));
  const isBare = names.length === 0;
  return [...names, key === ' ' ? 'Space' : isBare ? lower(key) : upper(key)].join('+');
}

/** The letter on the key where an Arabic, say, or a Cyrillic keyboard writes another one. */
function latin({ key, code }: Pressed): string {
  if (key.length !== 1 || key.charCodeAt(0) < 128) return key;
  return /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? key;
}

function lower(key: string): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

function upper(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key;
}

/** Whether a key pressed there is text, or chooses in a list. Keys with `Mod` are commands everywhere. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (key.startsWith('Mod+') || !(target instanceof Element)) return false;
  return target.closest(`${SILENT}, ${CHOOSING}`) !== null;
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);
const SIGNS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Enter: '↵' };

/** How a key is shown, part by part. */
export function shownKey(key: string): string[] {
  if (key === '+') return ['+'];
  return key.split('+').map((part) => {
    if (part === 'Mod') return isMac() ? '⌘' : 'Ctrl';
    return SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}
