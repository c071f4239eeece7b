/**
 * The oldest browsers for which the pages' styles are built: the first with `light-dark()`.
 *
 * For older ones, the build would replace it by variables that Mantine's own rules never set, and
 * every colour that depends on the scheme would be missing.
 */
export const STYLED_BROWSERS = ['chrome123', 'firefox120', 'safari17.5'];
