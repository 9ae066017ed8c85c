import { isIPv6 } from "node:net";

/** Under which key an address is counted: whoever has one address of IPv6 has the 2^64 that begin like it. */
export function addressKey(address: string): string {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (!isIPv6(bare)) return address;
  // The URL parser writes every spelling of an address in one way.
  const written = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = "", tail] = written.split("::");
  const front = groupsIn(head);
  const back = tail === undefined ? [] : groupsIn(tail);
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => "0"), ...back];
  const isMapped = groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff";
  return isMapped ? groups.join(":") : `${groups.slice(0, 4).join(":")}::/64`;
}

function groupsIn(part: string): readonly string[] {
  return part === "" ? [] : part.split(":");
}
