/** A timer that waits for its time. */
export interface Timer {
  readonly at: number;
  readonly callback: () => void;
  /** Which was scheduled first, where two are due at the same time. */
  readonly order: number;
  isCancelled: boolean;
}

// Below this the cancelled ones are not worth the work.
const fewTimers = 64;

/** Timers by the time at which they are due; those due at the same time in the order in which they were scheduled. */
export class TimerQueue {
  // A binary heap: no timer is due before the one at half of its index.
  #heap: Timer[] = [];
  #scheduled = 0;
  #cancelled = 0;

  /** Adds a timer. */
  add(at: number, callback: () => void): Timer {
    const timer = { at, callback, order: this.#scheduled++, isCancelled: false };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  /** Takes a timer out. Does nothing to one that has been taken. */
  cancel(timer: Timer): void {
    if (timer.isCancelled) return;
    timer.isCancelled = true;
    this.#cancelled += 1;
    // They leave when their time comes; where most are cancelled, as the timeouts of steps are, all at once.
    if (this.#heap.length < fewTimers || this.#cancelled * 2 < this.#heap.length) return;
    // What is sorted is a heap.
    this.#heap = this.#heap.filter(({ isCancelled }) => !isCancelled).toSorted(compare);
    this.#cancelled = 0;
  }

  /** The timer that is due first. */
  first(): Timer | undefined {
    while (this.#heap[0]?.isCancelled) {
      this.#takeFirst();
      this.#cancelled -= 1;
    }
    return this.#heap[0];
  }

  /** Takes out the timer that is due first. */
  take(): Timer | undefined {
    const first = this.first();
    if (first === undefined) return undefined;
    this.#takeFirst();
    // A cancel that comes later finds nothing to do.
    first.isCancelled = true;
    return first;
  }

  #takeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const timer = heap[index] as Timer;
    let place = index;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Timer;
      if (compare(parent, timer) <= 0) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = timer;
  }

  #sink(): void {
    const heap = this.#heap;
    const timer = heap[0] as Timer;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const below = right < heap.length && compare(heap[right] as Timer, heap[left] as Timer) < 0 ? right : left;
      if (compare(timer, heap[below] as Timer) <= 0) break;
      heap[place] = heap[below] as Timer;
      place = below;
    }
    heap[place] = timer;
  }
}

function compare(a: Timer, b: Timer): number {
  // Two that are never due are equal: infinity minus infinity is no number.
  return a.at === b.at ? a.order - b.order : a.at - b.at;
}
