// Starts the demo's world, says where it is, and ends when its standard input does.
import { startWorld } from "../../examples/demo/world.js";

await using world = await startWorld("healthy");
const { stable, canary, database } = world;
process.stdout.write(`${JSON.stringify({ urls: [stable.url, canary.url], database })}\n`);
await new Promise((resolve) => process.stdin.once("end", resolve).resume());
