import type { ParentNode } from "./parent-node.js";

/** What is above the root of a run: nothing that wants to be told. Its range is looked at after each thing that happens. */
export const noParent: ParentNode = {
  childChanged() {},
  childReopened() {},
  childWaived() {},
  childIsGoodForNow() {},
  mayReopen: () => true,
  reconsider() {},
  isWaitedFor: () => false,
  checkTime: () => undefined,
};
