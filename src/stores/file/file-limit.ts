import pLimit from "p-limit";

/**
 * Does what works on files, so much of it at once in this process: each may hold a file open, of which a process may have a few hundred,
 * and a thousand runs may begin together. More at once would be no faster, as Node has four threads for it.
 */
export const fileLimit = pLimit(16);
