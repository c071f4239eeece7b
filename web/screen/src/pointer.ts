/** Whether one types with a keyboard on the screen: it has no Shift+Enter, so Enter begins a new line there. */
export function hasTouchKeyboard(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}
