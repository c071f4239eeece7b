import { useQuery } from '@tanstack/react-query';
import { roleIn } from './roleIn.js';
import { useSession } from './session.js';

/** Whether one has a role in a service; undefined until it is known. */
export function useHasRole(serviceId: string | undefined): boolean | undefined {
  const { backend, uid, serviceId: own } = useSession();
  const isOwn = serviceId === own;
  const { data } = useQuery({
    queryKey: ['hasRole', serviceId, uid],
    queryFn: async () => serviceId !== undefined && (await roleIn(backend, serviceId, uid)) !== undefined,
    enabled: !isOwn,
  });
  return isOwn || data;
}
