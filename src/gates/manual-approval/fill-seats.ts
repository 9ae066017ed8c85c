/** So many seats, and who may sit on them. */
export interface Bench<Voter> {
  readonly seats: number;
  readonly isOpenTo: (voter: Voter) => boolean;
}

/**
 * Seats as many voters as possible, each on one seat at most, on earlier benches before later ones; returns who sits on which
 * bench. Pure.
 *
 * A maximum matching by augmenting paths (C. Berge, 1957; H. W. Kuhn, "The Hungarian method", 1955): whoever comes may have
 * others move on, and so it never depends on who came first how many seats of a bench are taken.
 */
export function fillSeats<Voter>(
  voters: readonly Voter[],
  benches: readonly Bench<Voter>[],
): readonly (readonly Voter[])[] {
  const places = benches.map((bench) => ({ bench, seated: [] as Voter[] }));
  const standing = new Set(voters);
  // No seat that is taken is ever left again, so what is open first is filled first.
  for (const [index] of places.entries()) {
    const open = places.slice(0, index + 1);
    for (const voter of standing) if (seat(voter, open, new Set())) standing.delete(voter);
  }
  return places.map(({ seated }) => seated);
}

interface Place<Voter> {
  readonly bench: Bench<Voter>;
  readonly seated: Voter[];
}

function seat<Voter>(voter: Voter, open: readonly Place<Voter>[], tried: Set<Place<Voter>>): boolean {
  return open.some((place) => {
    const { bench, seated } = place;
    if (tried.has(place) || !bench.isOpenTo(voter)) return false;
    tried.add(place);
    if (seated.length < bench.seats) return seated.push(voter) > 0;
    const moved = seated.findIndex((other) => seat(other, open, tried));
    if (moved === -1) return false;
    seated[moved] = voter;
    return true;
  });
}
