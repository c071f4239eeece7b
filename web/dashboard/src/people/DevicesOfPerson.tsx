import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useSession } from '../session/session.js';
import { useText } from './texts.js';

/** The devices on which a person gets pushes: staff see what they are, and nothing that could ring them. */
export function DevicesOfPerson({ uid }: { uid: string }) {
  const t = useText();
  const times = useTimes();
  const { dashboard, serviceId } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['devicesOf', serviceId, uid],
    queryFn: () => dashboard.devicesOf(uid),
  });
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  if (data.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('people.noDevices')}
      </Text>
    );
  return (
    <Table verticalSpacing={6} aria-label={t('people.devices')}>
      <Table.Tbody>
        {data.map(({ platform, locale, updatedAt }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: devices come without ids.
          <Table.Tr key={place}>
            <Table.Td>
              {t(`people.platform.${platform}`)}
              {locale !== undefined && (
                <>
                  , <bdi>{locale}</bdi>
                </>
              )}
              <Text size="xs" c="dimmed">
                {t('people.registeredAt', { at: times.full(new Date(updatedAt)) })}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
