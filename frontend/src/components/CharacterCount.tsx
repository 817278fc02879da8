/** Silent until four fifths of the limit are used; red once it is passed. */
export function CharacterCount({ used, limit }: { used: number; limit: number }) {
  if (used <= limit * 0.8) return null;
  const left = limit - used;
  return (
    <span className={`text-sm tabular-nums ${left < 0 ? "text-wound" : "text-ash"}`}>
      {left < 0 ? `${-left} too many` : `${left} left`}
    </span>
  );
}
