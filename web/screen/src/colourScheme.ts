/** Dark or light before Mantine is there: as it remembers the choice, otherwise as the system. */
const REMEMBERED = 'mantine-color-scheme-value';

export function chosenScheme(storage: Pick<Storage, 'getItem'> = localStorage): 'light' | 'dark' | 'light dark' {
  const chosen = storage.getItem(REMEMBERED);
  return chosen === 'light' || chosen === 'dark' ? chosen : 'light dark';
}
