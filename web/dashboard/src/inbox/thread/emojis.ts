/** The reactions that staff choose from; their names stand in the ids of commands. */
export const EMOJIS = {
  thumbsUp: '👍',
  heart: '❤️',
  thanks: '🙏',
  party: '🎉',
  smile: '😄',
  eyes: '👀',
} as const;

export type Emoji = keyof typeof EMOJIS;
