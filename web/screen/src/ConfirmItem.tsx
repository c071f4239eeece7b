import { Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';

interface Props {
  /** What it does, and what it asks before. */
  children: ReactNode;
  sure: ReactNode;
  icon?: ReactNode;
  onConfirm(): void;
}

/** An entry of a menu for what cannot be taken back: it asks in its own place, and acts when it is chosen again. */
export function ConfirmItem({ children, sure, icon, onConfirm }: Props) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <Menu.Item
      color="red"
      fw={isAsked ? 650 : undefined}
      leftSection={icon}
      closeMenuOnClick={isAsked}
      onClick={isAsked ? onConfirm : () => setIsAsked(true)}
    >
      {isAsked ? sure : children}
    </Menu.Item>
  );
}
