import '@mantine/spotlight/styles.layer.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useText } from '../texts.js';
import { KeyCaps } from './KeyCaps.js';
import { byGroup, type Command, type Registry } from './registry.js';

interface Props {
  registry: Registry;
  isOpen: boolean;
  onClose(): void;
}

/** Every command of the page, found by its words; one that cannot be run now says why. */
export default function CommandBar({ registry, isOpen, onClose }: Props) {
  const t = useText();
  const [[store, { open, close }]] = useState(createSpotlight);
  useSyncExternalStore(registry.subscribe, registry.snapshot);

  useEffect(() => {
    if (isOpen) open();
    else close();
  }, [isOpen, open, close]);

  return (
    <Spotlight
      store={store}
      attributes={{ content: { 'aria-label': t('commands.title') } }}
      shortcut={null}
      onSpotlightClose={onClose}
      actions={isOpen ? actionsOf(registry, registry.shown()) : []}
      nothingFound={t('commands.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        'aria-label': t('commands.search'),
        placeholder: t('commands.search'),
        leftSection: <Search size={18} aria-hidden />,
      }}
    />
  );
}

function actionsOf(registry: Registry, commands: Command[]) {
  const offered = commands.filter(({ id }) => id !== 'commands.bar');
  return byGroup(offered).map(([group, members]) => ({
    group,
    actions: members.map(({ id, text, run, why }) => ({
      id,
      label: text,
      ...whyNot(why?.()),
      onClick: run,
      rightSection: <KeyCaps value={registry.keyOf(id)} />,
    })),
  }));
}

/** Chosen all the same, it tells the reason in full. */
function whyNot(why: string | undefined) {
  return why !== undefined && { description: why, 'aria-disabled': true };
}
