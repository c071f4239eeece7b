import { TagsInput, type TagsInputProps } from '@mantine/core';

type Props = Omit<TagsInputProps, 'isDuplicate' | 'splitChars'> & {
  /** Whether an entry is one word, such as an id: then a space, a comma or a semicolon ends it too. */
  hasWords?: boolean;
};

/** What ends an entry of pasted text: the cells of a column or a row. */
const CELLS = ['\n', '\t'];
const WORDS = [...CELLS, ' ', ',', ';'];

/**
 * Several texts, each ended by Enter. Texts that differ in case are two.
 *
 * By itself Mantine takes them for one, divides a text at its commas, and makes one text of a pasted
 * column (`findings/mantine-tags-input-joins-columns.sh`).
 */
export function TextsInput({ hasWords = false, ...rest }: Props) {
  return (
    <TagsInput {...rest} splitChars={hasWords ? WORDS : CELLS} isDuplicate={(text, texts) => texts.includes(text)} />
  );
}
