/** The limits of what a client writes, checked before it is sent; `schema/limits.py` has them, and a test compares. */

/** Lengths are in UTF-16 code units, which is what `length` of a string counts. */
export const LIMITS = {
  CHAT_BODY: 10_000,
  ATTACHMENTS: 10,
  ATTACHMENT_PATH: 512,
  MENTIONS: 50,
  MESSAGE_ATTRIBUTES: 4_096,
  REACTION: 16,
  DEVICES: 20,
  PUSH_TOKEN: 4_096,
  DISPLAY_NAME: 100,
  SMALL_GROUP: 100,
  INBOX_SHARDS: 32,
  /** Of one file, which Cloud Storage refuses above it. */
  ATTACHMENT_BYTES: 26_214_400,
} as const;
