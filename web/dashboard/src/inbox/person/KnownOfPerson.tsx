/** What the page of a person shows too: consents with their history, campaigns with the reason, and devices. */
import { Text } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
import { MoreTexts } from 'parley-screen/language.js';
import { CampaignsOfPerson } from '../../people/CampaignsOfPerson.js';
import { ConsentHistory, Consents } from '../../people/Consents.js';
import { DevicesOfPerson } from '../../people/DevicesOfPerson.js';
import { loadTexts } from '../../people/texts.js';
import { useText } from '../texts.js';

export type KnownPart = 'consents' | 'campaigns' | 'devices';

interface Props {
  person: ServiceUser;
  what: KnownPart;
}

export default function KnownOfPerson({ person, what }: Props) {
  const t = useText();
  return (
    <MoreTexts load={loadTexts}>
      {what === 'campaigns' && <CampaignsOfPerson uid={person.uid} />}
      {what === 'devices' && <DevicesOfPerson uid={person.uid} />}
      {what === 'consents' && (
        <>
          <Consents person={person} />
          <Text size="sm" fw={600} mt="sm" mb={4}>
            {t('person.consentHistory')}
          </Text>
          <ConsentHistory uid={person.uid} />
        </>
      )}
    </MoreTexts>
  );
}
