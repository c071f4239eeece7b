/** Numbers as people read them. */

/** A sum in US dollars; small ones with more digits, so that they are not shown as nothing. */
export function money(dollars: number): string {
  const digits = dollars !== 0 && Math.abs(dollars) < 1 ? 4 : 2;
  return new Intl.NumberFormat(document.documentElement.lang || undefined, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: digits,
  }).format(dollars);
}

/** A span of time in its two largest units: "2 h 5 min". */
export function duration(seconds: number, language = document.documentElement.lang || 'en'): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor((whole % 86_400) / 3600), 'hour'],
    [Math.floor((whole % 3600) / 60), 'minute'],
    [whole % 60, 'second'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(3) : parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown
    .map(([count, unit]) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
    )
    .join(' ');
}

/** A rate for people: whole numbers when it is high. */
export function rate(perSecond: number, language = document.documentElement.lang || 'en'): string {
  const digits = perSecond >= 10 ? 0 : 1;
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(perSecond);
}
