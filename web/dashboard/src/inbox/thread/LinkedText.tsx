import classes from './Bubble.module.css';

const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;

/** A text whose addresses can be opened. */
export function LinkedText({ text }: { text: string }) {
  let place = 0;
  const parts = text.split(LINK).map((part, index) => {
    const key = place;
    place += part.length;
    // What the expression found stands at the odd places.
    return index % 2 === 1 ? (
      <a key={key} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    );
  });
  return (
    <div className={classes.text} dir="auto">
      {parts}
    </div>
  );
}
