import '@mantine/core/styles/Notification.layer.css';
import '@mantine/notifications/styles.layer.css';
import { Notifications } from '@mantine/notifications';

/** Where the person at the screen is told what did not work. */
export default function Notices() {
  return <Notifications position="bottom-center" limit={4} />;
}
