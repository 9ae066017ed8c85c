// A process that appends to a record as fast as it can, until it is killed or has tried every place: writes a line for each that it won.
import { isGateError } from "release-gates";
import { storeAt } from "../helpers/store-at.js";

const [place = "", who = "", size = "0"] = process.argv.slice(2);
const store = storeAt(place);

process.stdout.write("ready\n");
for (let lines = (await store.read("run")).length; lines < Number(size);) {
  const batch = Array.from({ length: 1 + (lines % 3) }, (_, index) => `${lines + index + 1} by ${who}`);
  try {
    await store.append("run", lines, batch);
    process.stdout.write(`${lines} `);
    lines += batch.length;
  } catch (error) {
    if (!isGateError(error, "STORE_CONFLICT")) throw error;
    lines = error.details.actualLines;
  }
}
