/**
 * The time zones to choose from. `Intl` lists those of CLDR: without UTC, and under names that the IANA has given
 * up (`findings/intl-lists-no-utc-and-old-zone-names.sh`).
 */

/** The IANA's present names of zones that `Intl` lists under old ones. */
const PRESENT_NAMES = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Argentina/Catamarca',
  'America/Argentina/Cordoba',
  'America/Argentina/Jujuy',
  'America/Argentina/Mendoza',
  'America/Atikokan',
  'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
];

/** Old names as well: a record may have one, and people search by them. */
export const ZONES: readonly string[] = [
  'UTC',
  ...[...new Set([...Intl.supportedValuesOf('timeZone'), ...PRESENT_NAMES])].filter((name) => name !== 'UTC').sort(),
];
