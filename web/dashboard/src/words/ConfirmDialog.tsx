import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from './words.js';

interface Props {
  isAsked: boolean;
  title: string;
  /** What is done, on the button. */
  act: string;
  /** On the button that does nothing, where “Cancel” would say two things. */
  keep?: string;
  /** What comes of it. */
  children: ReactNode;
  onConfirm(): unknown;
  onClose(): void;
}

/** Ask before something that cannot be taken back. Enter keeps it. */
export function ConfirmDialog({ isAsked, title, act, keep, children, onConfirm, onClose }: Props) {
  const words = useWords();
  return (
    <Modal opened={isAsked} onClose={onClose} title={title}>
      <Text>{children}</Text>
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {keep ?? words('words.cancel')}
        </Button>
        <Button
          color="red"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {act}
        </Button>
      </Group>
    </Modal>
  );
}
