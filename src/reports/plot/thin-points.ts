/** A place in the picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Keeps the first, the last, the lowest and the highest point of each column of pixels.
 *
 * The line through them covers the same pixels as the line through all. The points must be in the order of `x`.
 */
export function thinPoints<Kept extends Point>(points: readonly Kept[]): readonly Kept[] {
  const kept: Kept[] = [];
  for (let start = 0; start < points.length;) {
    let end = start + 1;
    while (end < points.length && column(points[end]) === column(points[start])) end++;
    const group = points.slice(start, end);
    const ends = new Set([
      group[0],
      group.at(-1),
      extreme(group, (a, b) => a.y < b.y),
      extreme(group, (a, b) => a.y > b.y),
    ]);
    kept.push(...group.filter((point) => ends.has(point)));
    start = end;
  }
  return kept;
}

/** How near to each other two marks are seen as one, in pixels; every mark is larger. */
const grain = 3;

/** One point for each place that has any: a mark there covers all of them. */
export function distinctPoints(points: readonly Point[]): readonly Point[] {
  const placeOf = ({ x, y }: Point) => `${Math.round(x / grain)},${Math.round(y / grain)}`;
  return [...new Map(points.map((point) => [placeOf(point), point])).values()];
}

function column(point: Point | undefined): number {
  return Math.floor(point?.x ?? 0);
}

function extreme<Kept>(group: readonly Kept[], isBeyond: (a: Kept, b: Kept) => boolean): Kept | undefined {
  return group.reduce<Kept | undefined>((most, point) => (most && !isBeyond(point, most) ? most : point), undefined);
}
