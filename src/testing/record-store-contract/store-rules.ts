import type { RecordStore } from "../../run/record/record-store.js";

/** Rules of a record store, by what each says; each is given a store without any records, and rejects where it is broken. */
export type StoreRules = Readonly<Record<string, (store: RecordStore) => Promise<void>>>;
